/* The menu of courses: its own page, and a section of the home page. Filters stand in the address. */
import { get, post } from "../api.js";
import { clock, credits, date, day, days, moment } from "../fmt.js";
import { html, listen, render, typing } from "../html.js";
import { remark, t, tm } from "../i18n.js";
import { go, here } from "../router.js";
import { answered, load, region } from "../store.js";
import { badge, dateBlock, empty, heading, icon, more, region as show, skeleton, tag } from "../ui/parts.js";
import { toast } from "../ui/shell.js";

export const TONES = { enrolled: "ok", completed: "ok", not_completed: "warn", withdrawn: "calm" };
const MODES = ["onsite", "online", "base", "school_based", "blended"];
const PAGE = 20;

let page;

export const title = () => t("menu.title");

export function mount(root, query, params, signal) {
  page = { state: begin(query), signal };
  page.draw = () => page && render(root, html`${heading(t("menu.title"), count(page.state))}
    <h2 class="sr">${t("nav.menu")}</h2>${section(page.state, answered("standing")?.lines ?? [])}`);
  listen(root, acts({ state: page.state, path: "/menu", draw: page.draw, changed: () => {}, signal }), signal);
  ask(page.state, page.draw, signal);
}

export function update(query) { turn(page.state, query, page.draw, page.signal); }

export function stop() { page = null; }

// The section, used by both pages.

export const begin = (query) => ({ query, list: region(), categories: new Map() });

const asked = ({ q, category, mode, all }) =>
  ({ q, category, mode, can_enroll: all ? null : "true", page_size: PAGE });

export async function ask(state, draw, signal) {
  const wanted = asked(state.query);
  await load(state.list, `menu ${JSON.stringify(wanted)}`, () => get("/menu", wanted, signal), draw);
  for (const item of state.list.data?.items ?? []) state.categories.set(item.category, item.category_name);
  draw();
}

/** The address changed its filters. */
export function turn(state, query, draw, signal) {
  state.query = query;
  ask(state, draw, signal);
}

export function acts({ state, path, draw, changed, signal }) {
  const filter = (changes, options) => go(path, { ...here().query, ...changes }, options);
  const ofRun = (button) => state.list.data.items.find((item) => item.run_id === button.dataset.run);
  const moved = () => { draw(); changed(); };
  return {
    search: typing((text) => filter({ q: text }, { replace: true })),
    mode: (select) => filter({ mode: select.value }),
    category: (button) => filter({ category: button.dataset.code }),
    all: (box) => filter({ all: box.checked ? null : 1 }),
    clear: () => go(path, {}),
    "ask-menu": () => ask(state, draw, signal),
    async more() {
      const { data } = state.list;
      await load(state.list, state.list.key, async () => {
        const next = await get("/menu", { ...asked(state.query), page_token: data.next_page_token }, signal);
        return { ...next, items: [...data.items, ...next.items] };
      }, draw);
    },
    enroll: (button) => enroll(ofRun(button), moved),
    withdraw: (button) => withdraw(ofRun(button), moved),
  };
}

async function enroll(item, moved) {
  const { ask: confirm } = await import("../ui/dialog.js");
  const { rows } = await import("../ui/parts.js");
  const session = item.first_session;
  const time = session ? `${day(session.starts_at)} ${clock(session.starts_at, session.ends_at)}` : days(item.starts_on, item.ends_on);
  const done = await confirm({
    title: t("enroll.title"), confirm: t("enroll.do"), cancel: t("enroll.later"), failed: t("enroll.failed"),
    body: () => html`${rows([
      [t("course.name"), item.title],
      [t("course.time"), time],
      session?.place && [t("course.place"), session.place],
      item.sessions_count > 1 && [t("course.sessions"), t("course.sessions_n", { n: item.sessions_count })],
      [t("course.credits"), tm("enroll.credits", { credits: credits(item.credits), category: item.category_name })],
    ])}<p class="soft">${t("enroll.note", { until: moment(item.enroll_closes_at) })}</p>`,
    submit: (given, id) => post("/enrollments", { id, run_id: item.run_id }),
  });
  if (!done) return;
  const enrollment = { ...done, can_withdraw: true };
  Object.assign(item, { enrollment, can_enroll: false, seats_left: Math.max(0, item.seats_left - 1) });
  toast(t("enroll.done", { title: item.title }), { label: t("enroll.see"), run: () => go("/courses") });
  moved();
}

/** Also used by the page of the teacher's own courses. */
export async function withdraw(item, moved) {
  const { ask: confirm } = await import("../ui/dialog.js");
  const { id, version } = item.enrollment;
  const done = await confirm({
    title: t("withdraw.title"), confirm: t("withdraw.do"), cancel: t("withdraw.keep"), tone: "danger",
    failed: t("withdraw.failed"),
    body: () => html`<p><b>${item.title}</b></p><p>${t("withdraw.text")}</p>`,
    submit: () => post(`/enrollments/${id}/withdraw`, undefined, version),
  });
  if (!done) return;
  const free = { enrollment: null, can_enroll: true, refusal: null, seats_left: item.seats_left + 1 };
  Object.assign(item, free, { state: done.state });
  toast(t("withdraw.done", { title: item.title }));
  moved();
}

export const count = ({ list }) => list.data && html` <small>${
  t("menu.count", { n: list.data.total, shown: list.data.items.length })}</small>`;

export function section(state, lines) {
  return html`${filters(state)}<div class="list" data-key="courses">${show(state.list, {
    act: "ask-menu", waiting: skeleton(5),
    blank: (data) => data.items.length === 0 && empty(t("menu.none"), t("menu.none_text"),
      html`<button type="button" class="button" data-act="clear">${t("menu.clear")}</button>`),
    filled: (data) => html`<ul class="courses">${data.items.map((item) => course(item, lines))}</ul>${
      more(data, state.list.busy)}`,
  })}</div>`;
}

function filters({ query, categories }) {
  const chip = (code, name) => html`<button type="button" class="chip" data-act="category" data-code="${code}"
    data-key="chip-${code}" aria-pressed="${String((query.category ?? "") === code)}">${name}</button>`;
  const option = (mode) => html`<option value="${mode}"${query.mode === mode && html` selected`}>${t(`mode.${mode}`)}</option>`;
  return html`<div class="filters" role="search" aria-label="${t("menu.filter")}" data-key="filters">
    <label class="search">${icon("search")}<span class="sr">${t("menu.search")}</span><input type="search" maxlength="60"
      value="${query.q ?? ""}" placeholder="${t("menu.search")}" autocomplete="off" data-act="search"></label>
    <label><span class="sr">${t("menu.mode")}</span><select data-act="mode"><option value="">${t("menu.any_mode")}</option>
      ${MODES.map(option)}</select></label>
    <label class="tick"><input type="checkbox" data-act="all"${!query.all && html` checked`}>${t("menu.only_open")}</label>
    <div class="chips" role="group" aria-label="${t("menu.category")}">${chip("", t("menu.every"))}${
      [...categories].map(([code, name]) => chip(code, name))}</div></div>`;
}

function course(item, lines) {
  const session = item.first_session;
  // Every course adds to the total; what is worth saying is which other line it helps.
  const closes = lines.filter((line) => line.kind !== "total_per_cycle" && item.closes_gaps.includes(line.id));
  return html`<li class="course" data-key="${item.run_id}">${dateBlock(item.starts_on, item.group)}
    <div class="about"><h3>${item.title}</h3>
      <p class="soft facts"><span>${item.sponsor_name}</span><span>${t(`mode.${item.mode}`)}</span>
        <span class="sr">${date(item.starts_on)}</span>
        ${session && html`<span>${icon("clock")}${clock(session.starts_at, session.ends_at)}</span>`}
        ${session?.place && html`<span>${icon("pin")}${session.place}</span>`}</p>
      <p class="badges">${tag(item.group, item.category_name)}${item.compulsory && badge("warn", t("line.compulsory"))}${
        closes.length > 0 && badge("calm", t("menu.closes", { lines: closes.map(({ name }) => name).join(t("comma")) }))}${
        item.enrollment && badge(TONES[item.enrollment.state], t(`enrollment.${item.enrollment.state}`))}</p></div>
    <p class="worth">${credits(item.credits)}</p>
    <div class="foot"><p class="seats${item.seats_left * 10 <= item.seats_total ? " few" : ""}">${
      tm("menu.seats", { left: html`<b>${item.seats_left}</b>`, total: item.seats_total })}</p>
    <div class="do">${action(item)}</div></div></li>`;
}

/** One action, or in plain words why there is none. */
function action(item) {
  const button = (act, tone) => html`<button type="button" class="button ${tone}" data-act="${act}" data-run="${item.run_id}"
    aria-label="${t(`${act}.short`)}${t("colon")}${item.title}">${t(`${act}.short`)}</button>`;
  if (item.enrollment?.can_withdraw) return button("withdraw", "quiet");
  if (item.can_enroll) return button("enroll", "primary");
  const refusal = item.enrollment ? item.enrollment.withdraw_refusal : item.refusal;
  return html`<p class="soft">${refusal && remark(refusal)}</p>`;
}

