/* The teacher's home: how much is missing and until when, what to do next, and the courses that help. */
import { get } from "../api.js";
import { amount, centi, credits, date, moment, years } from "../fmt.js";
import { html, listen, render } from "../html.js";
import { remark, t, tm } from "../i18n.js";
import { link } from "../router.js";
import { load, region } from "../store.js";
import { badge, empty, icon, meter, region as show, ring, skeleton } from "../ui/parts.js";
import * as menu from "./menu.js";

let state;
let main;

export const title = () => t("home.title");

export function mount(root, query, params, signal) {
  main = root;
  state = { standing: region(), closings: region(), closing: null, menu: menu.begin(query), signal };
  const ask = () => load(state.standing, "standing", () => get("/me/standing", {}, signal), draw);
  const acts = menu.acts({ state: state.menu, path: "/home", draw, changed: ask, signal });
  const of = (button) => state.closings.data.items.find(({ id }) => id === button.dataset.id);
  listen(main, {
    ...acts, "ask-standing": ask,
    "confirm-closing": (button) => answered(state.closing.confirmFigures(of(button))),
    "object-closing": (button) => answered(state.closing.objectToFigures(of(button))),
  }, signal);
  ask();
  askClosings();
  menu.ask(state.menu, draw, signal);
}

/** Closings are rare: their part of the page comes only when there is one. A failure says nothing, for nothing is missed. */
async function askClosings() {
  await load(state.closings, "closings", () => get("/me/closings", {}, state.signal), () => {});
  if (!state?.closings.data?.items.length) return;
  state.closing = await import("../ui/closing.js");
  draw();
}

async function answered(dialog) { if (await dialog) askClosings(); }

export function update(query) { menu.turn(state.menu, query, draw, state.signal); }

export function stop() { state = null; }

const draw = () => state && render(main, page(state));

function page({ standing, closings, closing, menu: courses }) {
  const lines = standing.data?.lines ?? [];
  return html`<h1 class="sr" tabindex="-1">${t("home.title")}</h1>
    ${closing && closings.data.items.filter(closing.matters).map(closing.card)}
    <div class="columns"><section class="card" aria-labelledby="standing-title" data-key="standing">
      <h2 class="sr" id="standing-title">${t("home.standing")}</h2>
      ${show(standing, { act: "ask-standing", waiting: skeleton(4, "tall"), filled: standingCard })}</section>
    <section class="card" aria-labelledby="todo-title" data-key="todo">
      <h2 id="todo-title">${t("home.todo")}${standing.data && html` <small>${
        t("home.todo_count", { n: standing.data.todo.length })}</small>`}</h2>
      ${show(quiet(standing), { act: "ask-standing", waiting: skeleton(3, "tall"), filled: todo })}</section></div>
    <section aria-labelledby="menu-title" data-key="menu"><h2 id="menu-title">${t("menu.title")}${menu.count(courses)}</h2>
      ${menu.section(courses, lines)}</section>`;
}

// One answer fills both cards; that it is stale is said once.
const quiet = (part) => ({ ...part, error: part.data ? null : part.error });

/** "Say the gap, not the state": credits first, else the conditions that are left, else that all is done. */
function gap({ total, lines }) {
  if (total && centi(total.missing) > 0) {
    const later = { pending: amount(total.pending), after: amount(total.missing_after_pending) };
    return html`<p class="gap">${tm("home.gap", { n: html`<b>${amount(total.missing)}</b>` })}</p>
      ${centi(total.pending) > 0 && html`<p class="sub">${t("home.gap_pending", later)}</p>`}`;
  }
  const left = lines.filter((line) => line.for_completion && line.required && !line.met);
  if (!left.length) return html`<p class="gap met">${icon("check")}${t("home.all_met")}</p>`;
  return html`<p class="gap">${tm("home.gap_lines", { n: html`<b>${left.length}</b>` })}</p>
    <p class="sub">${left.map((line) => line.name).join(t("comma"))}</p>`;
}

const legendEntry = ({ group, name, counted }) => html`<li class="g-${group}">${name} <b>${amount(counted)}</b></li>`;

function standingCard({ total, cycle, lines, groups, uncounted, barred }) {
  const pending = total && centi(total.pending) > 0;
  return html`<div class="standing">${total && ring(total, groups)}
    <div><p class="sub">${t("home.cycle", { years: years(cycle) })}<span class="wide-only">${
      t("home.until", { until: date(cycle.ends_on) })}</span></p>${gap({ total, lines })}</div>
    <div class="lines">${lines.filter((line) => line.kind !== "total_per_cycle" || !total).map(hardLine)}</div></div>
    <ul class="legend">${groups.filter((group) => centi(group.counted) > 0).map(legendEntry)}
      ${pending && html`<li class="pending">${t("home.pending")} <b>${amount(total.pending)}</b></li>`}</ul>
    ${barred.map((what) => html`<p class="alert warn">${icon("alert")}<span>${t(`barred.${what}`)}</span></p>`)}
    ${uncounted.length > 0 && surplus(uncounted)}
    <p class="links">${lines.some((line) => line.required && !line.met) && html`<a href="${link("/plan")}">${t("home.plan")}</a>`}
      <a href="${link("/credits")}">${t("credits.title")}</a>
      <a href="${link("/credits", { print: 1 })}">${t("credits.print")}</a></p>`;
}

/** One requirement: `54 / 72  in review 12  18 missing`, opening to its clause. */
function hardLine(line) {
  return html`<details class="line" data-key="${line.id}"><summary><span class="name">${line.name}${
      line.kind === "total_per_year" && html` <small>${line.period_label}</small>`}${line.compulsory && html` <span class="must">${t("line.compulsory")}</span>`}</span>
    <span class="figures">${figures(line)}</span>${line.required && meter(line)}
    <span class="turn">${icon("down")}</span></summary>
    ${line.note && html`<p>${line.note}</p>`}${line.required && !line.met && line.consequence
      && html`<p>${t("line.consequence", { text: line.consequence })}</p>`}<p>${t("line.due", { period: line.period_label, date: date(line.deadline) })}</p>
    <p>${t("line.clause", { clause: line.clause })}</p></details>`;
}

function figures(line) {
  const unit = line.unit === "credits" ? "" : ` ${t(`unit.${line.unit}`)}`;
  if (!line.required) return html`<span class="soft">${t(line.exempt ? "line.exempt" : "line.not_binding")}</span>`;
  const soFar = html`<span><b>${amount(line.counted)}</b> / ${amount(line.required)}${unit}${
    line.converted && html` <small>${t("line.converted", { n: amount(line.converted) })}</small>`}</span>`;
  if (line.met) return html`${soFar}<span class="ok">${icon("check")}${t("line.met")}</span>`;
  const waiting = centi(line.pending) > 0;
  const missing = centi(line.missing) > 0 ? t("line.missing", { n: amount(line.missing) }) : t("line.not_met");
  return html`${soFar}${waiting && html`<span class="soft">${t("line.pending", { n: amount(line.pending) })}</span>`}
    <span class="warn">${missing}${waiting
      && html`<small>${t("line.after", { n: amount(line.missing_after_pending) })}</small>`}</span>`;
}

/** Credits on the books that no line counts, each with the reason and its clause. */
function surplus(entries) {
  const sum = entries.reduce((all, entry) => all + centi(entry.credits), 0);
  return html`<details class="surplus" data-key="surplus"><summary>${t("home.uncounted", { n: amount(sum) })}
    <span class="turn">${icon("down")}</span></summary>
    <ul>${entries.map((entry) => html`<li><b>${entry.title}</b> ${date(entry.event_on)}${t("comma")}${credits(entry.credits)}
      <p>${remark({ code: entry.reason_code, title: entry.reason })} <small>${entry.clause}</small></p></li>`)}</ul></details>`;
}

const TASKS = {
  class_soon: { tone: "info", sign: "clock", to: () => link("/courses") },
  claim_returned: { tone: "bad", sign: "back", to: (task) => link(`/claims/${task.link?.claim_id}`) },
  year_warning: { tone: "warn", sign: "clock", to: () => link("/plan") },
  enrollment_closing: { tone: "warn", sign: "clock", to: (task) => link("/home", { q: task.title }) },
};

function todo({ todo: tasks }) {
  if (!tasks.length) return empty(t("home.todo_none"), t("home.todo_none_text"));
  return html`<ul class="tasks">${tasks.map((task) => {
    const { tone, sign, to } = TASKS[task.kind] ?? TASKS.class_soon;
    return html`<li><div>${badge(tone, t(`todo.${task.kind}`, { at: moment(task.at) }), sign)}
      <p><b>${task.title}</b></p><p class="soft">${task.detail}</p></div>
      <a class="button" href="${to(task)}">${t(`todo.${task.kind}.do`)}</a></li>`;
  })}</ul>`;
}

