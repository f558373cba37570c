/* Deciding claims: one, or the chosen ones together. A decision carries the version that was seen, so sending it
   twice does it once. Each locks the page for a moment: the second click of a double click once approved the next
   person unseen. */
import { get, post } from "../api.js";
import { amount, centi } from "../fmt.js";
import { remark, t } from "../i18n.js";
import { approvable, chosenRows, registers } from "../ui/queue.js";
import { askReason } from "../ui/review-dialogs.js";
import { toast } from "../ui/shell.js";

const LOCK_MS = 600;
const FINAL = ["audited", "rejected"];

let state;
let page;
let lockedUntil = 0;

/** page: {draw, ask, openNext, refocus} of the queue. */
export function begin(queue, callbacks) {
  state = queue;
  page = callbacks;
}

const locked = () => state.sending || performance.now() < lockedUntil;
const lock = () => { lockedUntil = performance.now() + LOCK_MS; };

/** What was done, in the word of the step: who registers does not "approve". */
const said = (verdict, claims) =>
  t(`review.done_${verdict === "approve" && registers(claims) ? "register" : verdict}`, { n: claims.length });

/** The open claim when this verdict on it is open now. */
function decidable(verdict) {
  const { data: claim, busy } = state.detail;
  const seen = !locked() && !busy && claim?.id === state.query.open;
  return seen && claim.can_decide && claim.verdicts.includes(verdict) ? claim : null;
}

/** The credits to grant as the API wants them, undefined when they are those claimed, null when not a number. */
function granted(claim) {
  const text = (state.granted ?? amount(claim.credits_granted ?? claim.credits_claimed)).trim();
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(text) || centi(text) > centi(claim.credits_claimed)) return null;
  return centi(text) === centi(claim.credits_claimed) ? undefined : (centi(text) / 100).toFixed(2);
}

async function sendOne(claim, verdict, more) {
  const answer = await post(`/claims/${claim.id}/decisions`, { verdict, ...more }, claim.version);
  lock();
  state.chosen.delete(claim.id);
  const undo = verdict === "approve" && answer.desk ? undoOf([answer]) : {};
  toast(said(verdict, [claim]), undo);
  page.openNext(claim.id);
  page.ask();
  return answer;
}

export async function approve() {
  const claim = decidable("approve");
  if (!claim) return;
  const credits = granted(claim);
  if (credits === null) {
    state.problem = { code: "granted_wrong" };
    page.draw();
    document.querySelector("[name=granted]").focus();
    return;
  }
  await sending("problem", () => sendOne(claim, "approve", { credits_granted: credits }));
}

/** Return or reject the open claim, with a reason. */
export async function sendBack(verdict) {
  const claim = decidable(verdict);
  if (!claim) return;
  const submit = (given) => sendOne(claim, verdict, given);
  await askReason({ verdict, claim, count: 1, key: `${verdict} ${claim.id}`, submit });
}

/** Do it with the page locked; what goes wrong is shown at `place`: the open claim's problem, or the outcome. */
async function sending(place, send) {
  Object.assign(state, { sending: true, problem: null, outcome: null });
  page.draw();
  try { await send(); } catch (problem) { state[place] = place === "outcome" ? { problem } : problem; }
  state.sending = false;
  page.draw();
  page.refocus();
}

async function sendMany(verdict, items, more = {}) {
  const seen = items.map(({ id, version }) => ({ id, version }));
  const answer = await post("/claims/decisions", { verdict, items: seen, ...more });
  lock();
  report(verdict, items, answer);
  if (answer.done.some(({ id }) => id === state.query.open)) page.openNext(state.query.open);
  page.ask();
  return answer;
}

/** What went through in the toast; what did not, by name, above the list. */
function report(verdict, items, { done, conflicts, refused }) {
  const named = (id) => items.find((item) => item.id === id)?.teacher?.name ?? "";
  for (const { id } of done) state.chosen.delete(id);
  const lines = [
    ...conflicts.map(({ id }) => ({ name: named(id), text: t("problem.stale") })),
    ...refused.map(({ id, problem }) => ({ name: named(id), text: remark(problem) })),
  ];
  state.outcome = lines.length ? { lines } : null;
  const under_way = done.filter((claim) => !FINAL.includes(claim.state));
  const undo = verdict === "approve" && under_way.length ? undoOf(under_way) : {};
  if (done.length) toast(said(verdict, items.filter(({ id }) => done.some((claim) => claim.id === id))), undo);
}

/** 撤回: only while a later step has not acted. */
const undoOf = (claims) => ({ label: t("review.undo"), run: () => together("withdraw", claims) });

async function together(verdict, items) {
  if (items.length && !locked()) await sending("outcome", () => sendMany(verdict, items));
}

export const approveChosen = () => together("approve", approvable(state));

export async function returnChosen() {
  const items = chosenRows(state);
  if (locked() || !items.length) return;
  const submit = (given) => sendMany("return", items, given);
  await sending("outcome", async () => {
    const { return_reasons } = await get(`/claims/${items[0].id}`);
    state.sending = false;
    await askReason({ verdict: "return", claim: { return_reasons }, count: items.length, key: "return many", submit });
  });
}
