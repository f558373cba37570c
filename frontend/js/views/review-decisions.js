/* Deciding claims: one, or the chosen ones together. Each decision locks the page for a moment, because the second
   click of a double click once approved the next person unseen. */
import { get, post } from "../api.js";
import { amount, centi } from "../fmt.js";
import { newId } from "../form.js";
import { remark, t } from "../i18n.js";
import { approvable, askReason, chosenRows } from "../ui/queue.js";
import { toast } from "../ui/shell.js";

const LOCK_MS = 600;
const FINAL = ["audited", "posted", "rejected"];

let state;
let page;
let lockedUntil = 0;
const ids = new Map();

/** page: {draw, ask, openNext} of the queue. */
export function begin(queue, callbacks) {
  state = queue;
  page = callbacks;
  ids.clear();
}

const locked = () => state.sending || performance.now() < lockedUntil;
const lock = () => { lockedUntil = performance.now() + LOCK_MS; };

/** The same decision sent again after a network error carries the same id, so it happens once. */
function withId(claims, body) {
  const key = JSON.stringify([claims, body]);
  if (!ids.has(key)) ids.set(key, newId());
  return { id: ids.get(key), ...body };
}

/** The credits to grant as the API wants them, undefined when they are those claimed, null when not a number. */
function granted(claim) {
  const text = (state.granted ?? amount(claim.credits_granted ?? claim.credits_claimed)).trim();
  if (!/^\d{1,4}(\.\d{1,2})?$/.test(text) || centi(text) > centi(claim.credits_claimed)) return null;
  return centi(text) === centi(claim.credits_claimed) ? undefined : (centi(text) / 100).toFixed(2);
}

async function sendOne(claim, verdict, more) {
  const body = withId(versions([claim]), { verdict, ...more });
  const answer = await post(`/claims/${claim.id}/decisions`, body, claim.version);
  lock();
  state.chosen.delete(claim.id);
  const final = FINAL.includes(answer.state) || verdict !== "approve";
  toast(t(`review.done_${verdict}`, { n: 1 }), final ? {} : undoOf([answer]));
  page.openNext(claim.id);
  page.ask();
  return answer;
}

export async function approve() {
  const claim = state.detail.data;
  if (locked() || !claim?.can_decide || claim.id !== state.query.open) return;
  const credits_granted = granted(claim);
  if (credits_granted === null) {
    state.problem = { code: "granted_wrong" };
    page.draw();
    document.querySelector("[name=granted]").focus();
    return;
  }
  Object.assign(state, { sending: true, problem: null });
  page.draw();
  try { await sendOne(claim, "approve", { credits_granted }); } catch (problem) { state.problem = problem; }
  state.sending = false;
  page.draw();
}

/** Return or reject the open claim, with a reason. What was typed stays until it is sent. */
export async function sendBack(verdict) {
  const claim = state.detail.data;
  if (locked() || !claim?.can_decide || claim.id !== state.query.open) return;
  await askReason({ verdict, claim, count: 1, key: `${verdict} ${claim.id}`, submit: (given) => sendOne(claim, verdict, given) });
}

const versions = (items) => items.map(({ id, version }) => ({ id, version }));

async function sendMany(verdict, items, more = {}) {
  const answer = await post("/claims/decisions", withId([], { verdict, items: versions(items), ...more }));
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
  state.outcome = lines.length ? { verdict, lines } : null;
  const open = done.filter((claim) => !FINAL.includes(claim.state));
  if (done.length) toast(t(`review.done_${verdict}`, { n: done.length }), verdict === "approve" && open.length ? undoOf(open) : {});
}

const undoOf = (claims) => ({
  label: t("review.undo"),
  run: () => tryMany(() => sendMany("withdraw", claims)),
});

async function tryMany(send) {
  if (locked()) return;
  Object.assign(state, { sending: true, problem: null, outcome: null });
  page.draw();
  try { await send(); } catch (problem) { state.outcome = { problem }; }
  state.sending = false;
  page.draw();
}

export const approveChosen = () => {
  const items = approvable(state);
  return items.length ? tryMany(() => sendMany("approve", items)) : undefined;
};

export async function returnChosen() {
  const items = chosenRows(state);
  if (locked() || !items.length) return;
  try {
    const claim = await get(`/claims/${items[0].id}`);
    await askReason({
      verdict: "return", claim: { ...claim, route: [] }, count: items.length, key: "return many",
      submit: (given) => sendMany("return", items, given),
    });
  } catch (problem) { state.outcome = { problem }; }
  page.draw();
}

