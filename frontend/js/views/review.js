/* The queue of those who register, review and audit: clean claims in batches, flagged ones one by one.
   Which steps a claim walks is the API's to say; this page knows none. */
import { get } from "../api.js";
import { listen, render, typing } from "../html.js";
import { t } from "../i18n.js";
import { go, here } from "../router.js";
import { load, preferences, region } from "../store.js";
import { queuePage } from "../ui/queue.js";
import { keyboardHelp } from "../ui/review-dialogs.js";
import { badge } from "../ui/shell.js";
import * as decisions from "./review-decisions.js";

const PAGE = 50;
const MOST = 100;

let state;
let main;
let abort;

export const title = () => t("review.title");

export function mount(root, query, params, signal) {
  main = root;
  abort = signal;
  state = {
    query, list: region(), detail: region(), schools: new Map(), chosen: new Set(), opened: new Set(),
    granted: null, problem: null, outcome: null, sending: false,
  };
  decisions.begin(state, { draw, ask, openNext, refocus });
  listen(root, acts, signal);
  document.addEventListener("keydown", keys, { signal });
  ask();
  askSchools();
  if (query.open) askClaim();
}

export function update(query) {
  const before = state.query;
  state.query = query;
  if (["flag", "school_id", "q"].some((name) => before[name] !== query[name])) { state.chosen.clear(); ask(); }
  if (before.open !== query.open) {
    Object.assign(state, { granted: null, problem: null });
    if (query.open) askClaim();
    else { draw(); document.querySelector(`[data-key="${before.open}"] a`)?.focus(); }
  }
}

export function stop() { state = null; }

const draw = () => state && render(main, queuePage(state));

/** What had the focus is gone: the heading takes it, never the top of the document. */
const refocus = () => { if (state && document.activeElement === document.body) main.querySelector("h1").focus(); };

async function ask() {
  if (!state) return;
  const { flag, school_id, q } = state.query;
  const size = Math.min(MOST, Math.max(PAGE, state.list.data?.items.length ?? 0));
  await load(state.list, `queue ${flag} ${school_id} ${q}`,
    () => get("/claims", { queue: "mine", flag, school_id, q, page_size: size }, abort), draw);
  if (!state?.list.data) return;
  if (!school_id && !q) badge(state.list.data.clean + state.list.data.flagged);
  draw();
}

/** The schools to filter by. Without them the page works as well, so a failure is not shown. */
async function askSchools() {
  try {
    const { items } = await get("/organisations", { kind: "school", page_size: 100 }, abort);
    for (const { id, name } of items) state?.schools.set(id, name);
    draw();
  } catch { /* the filter stays away */ }
}

async function more() {
  const { data, key } = state.list;
  const { flag, school_id, q } = state.query;
  await load(state.list, key, async () => {
    const page = { page_size: PAGE, page_token: data.next_page_token };
    const next = await get("/claims", { queue: "mine", flag, school_id, q, ...page }, abort);
    return { ...next, items: [...data.items, ...next.items] };
  }, draw);
}

async function askClaim() {
  const { open: id } = state.query;
  await load(state.detail, `claim ${id}`, () => get(`/claims/${id}`, {}, abort), draw);
  if (!state?.detail.data || state.query.open !== id) return;
  state.opened.add(id);
  draw();
  main.querySelector("#claim-title")?.focus();
}

const filter = (changes, options) => go("/review", { ...here().query, open: null, ...changes }, options);
const openClaim = (id) => go("/review", { ...here().query, open: id }, { replace: Boolean(here().query.open) });

/** After a decision: the claim below takes its place, else the list. */
function openNext(gone) {
  if (!state) return undefined;
  const { items } = state.list.data;
  const at = items.findIndex((item) => item.id === gone);
  const next = items[at + 1] ?? items[at - 1];
  state.list.data.items = items.filter((item) => item.id !== gone);
  if (next) return openClaim(next.id);
  go("/review", { ...here().query, open: null }, { replace: true });
  return main.querySelector("h1").focus();
}

function step(by) {
  const { items } = state.list.data ?? { items: [] };
  const at = items.findIndex((item) => item.id === state.query.open);
  const next = items[at < 0 ? 0 : at + by];
  if (next) openClaim(next.id);
}

function choose(id, yes) {
  state.chosen[yes ? "add" : "delete"](id);
  draw();
}

const acts = {
  "ask-queue": ask, "ask-claim": askClaim, more,
  flag: (button) => filter({ flag: button.dataset.flag }),
  school: (select) => filter({ school_id: select.value }),
  search: typing((q) => filter({ q }, { replace: true })),
  clear: () => go("/review", {}),
  open: (row, event) => { event.preventDefault(); openClaim(row.dataset.id); },
  close: () => go("/review", { ...here().query, open: null }),
  choose: (box) => choose(box.value, box.checked),
  "choose-all"(box) {
    for (const { id } of state.list.data.items) state.chosen[box.checked ? "add" : "delete"](id);
    draw();
  },
  "choose-none"() { state.chosen.clear(); draw(); },
  granted(input) { state.granted = input.value; },
  approve: () => decisions.approve(),
  return: () => decisions.sendBack("return"),
  reject: () => decisions.sendBack("reject"),
  "approve-chosen": () => decisions.approveChosen(),
  "return-chosen": () => decisions.returnChosen(),
  "close-outcome"() { state.outcome = null; draw(); },
  help: () => keyboardHelp(),
};

const KEYS = {
  j: () => step(1), k: () => step(-1), a: acts.approve, r: acts.return, "?": acts.help,
  x: () => state.query.open && choose(state.query.open, !state.chosen.has(state.query.open)),
  Escape: () => state.query.open && acts.close(),
};

// A held key repeats: it approved the next person unseen. Typing is typing, and a dialog has its own keys.
function keys(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("dialog, textarea, select, input:not([type=checkbox])")) return;
  if (!preferences.shortcuts && event.key !== "Escape") return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

