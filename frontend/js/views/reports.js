/* 达标情况 for those who answer for others: schools against the 20 % line, teachers below it, counties against 95 %. */
import { download, get } from "../api.js";
import { amount, date } from "../fmt.js";
import { html, listen, render } from "../html.js";
import { t, tm } from "../i18n.js";
import { go, here } from "../router.js";
import { has, load, region } from "../store.js";
import { badge, empty, failure, heading, icon, more, region as show, skeleton } from "../ui/parts.js";

const MOST = 100;
const YEARS = 3;

let state;
let main;
let abort;

export const title = () => t("reports.title");

export function mount(root, query, params, signal) {
  main = root;
  abort = signal;
  state = { query, report: region(), problem: null };
  listen(root, {
    ask: () => ask(), more: () => ask(state.report.data.next_page_token),
    tab: (button) => go("/reports", { ...state.query, tab: button.dataset.tab }),
    year: (select) => go("/reports", { ...state.query, year: select.value }, { replace: true }),
    file: async (button) => {
      state.problem = null;
      try { await download(`/reports/${tabOf()}`, { year: state.query.year, format: button.dataset.format }); }
      catch (problem) { state.problem = problem; }
      draw();
    },
  }, signal);
  ask();
}

export function update(query) { state.query = query; ask(); }

export function stop() { state = null; }

const draw = () => state && render(main, page(state));

const tabs = () => ["schools", "teachers-below",
  ...(has("county_reviewer", "city_auditor", "teacher_office", "supervisor", "administrator") ? ["counties"] : [])];
const tabOf = () => (tabs().includes(state.query.tab) ? state.query.tab : "schools");

function ask(token) {
  const tab = tabOf();
  const { year } = state.query;
  return load(state.report, `report ${tab} ${year}`, async () => {
    const answer = await get(`/reports/${tab}`, { year, ...(tab === "teachers-below" && { page_size: 50, page_token: token }) }, abort);
    return { tab, ...answer, items: token ? [...state.report.data.items, ...answer.items] : answer.items };
  }, draw);
}

function page({ report, problem }) {
  const chip = (tab) => html`<button type="button" data-act="tab" data-tab="${tab}" data-key="${tab}" aria-pressed="${
    String(tab === tabOf())}">${t(`reports.${tab}`)}</button>`;
  const file = (format) => html`<button type="button" class="button" data-act="file" data-format="${format}" data-key="${format}">${
    t(`reports.${format}`)}</button>`;
  return html`${heading(t("reports.title"), html`<div class="actions">${file("xlsx")}${file("csv")}</div>`)}
    <div class="filters" data-key="filters"><div class="tabs" role="group" aria-label="${t("reports.kind")}">${tabs().map(chip)}</div>
      <label><span class="sr">${t("reports.year")}</span><select data-act="year">${years().map((year) => html`<option value="${year}"${
        String(year) === (here().query.year ?? String(years()[0])) && html` selected`}>${t("reports.year_n", { n: year })}</option>`)}</select></label></div>
    ${problem && failure(problem)}
    <section class="card" data-key="report">${show(report, {
      act: "ask", waiting: skeleton(6),
      blank: (data) => data.items.length === 0 && empty(null, t(`reports.${data.tab}.none`)),
      filled: (data) => BODIES[data.tab](data, report.busy),
    })}</section>`;
}

const years = () => Array.from({ length: YEARS }, (_, back) => new Date().getFullYear() - back);
const percent = ({ share, percent: value }) => html`<b>${value === null ? t("reports.nobody") : `${value}%`}</b> <span class="soft">${share}</span>`;
const asOf = (data) => html`<p class="soft">${t("reports.as_of", { label: data.label, date: date(data.as_of) })}</p>`;

const BODIES = { schools, "teachers-below": below, counties };

/** The schools in trouble first, then those that come near it. */
function schools(data) {
  const danger = ({ thresholds }) => Math.max(0, ...thresholds.map((one) => (one.failed ? 2 : 0) + (one.expected_failed ? 1 : 0)));
  const left = ({ thresholds }) => Math.min(Infinity, ...thresholds.map((one) => one.expected_more_until_failed));
  const sorted = [...data.items].sort((a, b) => danger(b) - danger(a) || left(a) - left(b));
  return html`${asOf(data)}<p>${tm("reports.schools.sum", { n: html`<b>${data.schools}</b>`, failing: html`<b>${data.failing}</b>`,
      expected: html`<b>${data.expected_failing}</b>` })}</p>
    <ul class="tasks plan">${sorted.slice(0, MOST).map(school)}</ul>
    ${sorted.length > MOST && html`<p class="soft">${t("reports.rest", { n: sorted.length - MOST })}</p>`}`;
}

function school(row) {
  return html`<li data-key="${row.school.id}"><div><p><b>${row.school.name}</b> <span class="soft">${row.county}</span></p>
      <p>${t("reports.schools.row", { members: row.members, below: row.below, expected: row.expected_below, exempt: row.exempt })}</p>
      <p class="soft">${t("reports.attained")} ${percent(row.attained)} ${t("reports.with_exempt")} ${percent(row.attained_with_exempt)}</p>
      ${row.thresholds.map(warning)}</div>
    ${row.thresholds.map((one) => badge(...tone(one)))}</li>`;
}

function tone(one) {
  if (one.expected_failed) return ["bad", t("reports.will_fail"), "alert"];
  if (one.failed) return ["warn", t("reports.fails_today"), "clock"];
  return ["ok", t("reports.more_until", { n: one.expected_more_until_failed }), "check"];
}

function warning(one) {
  return html`<p>${one.warning} <small class="soft">${one.clause}</small></p>
    ${one.at_risk.length > 0 && html`<details data-key="risk-${one.id}"><summary>${t("reports.at_risk", { n: one.at_risk_total })}
      <span class="turn">${icon("down")}</span></summary><ul>${one.at_risk.map((person) => html`<li>${person.name} <span class="soft">${
        person.staff_no}</span> ${t("reports.person", { missing: amount(person.missing), coming: amount(person.coming) })}</li>`)}</ul></details>`}`;
}

function below(data, busy) {
  return html`${asOf(data)}<p>${tm("reports.below.sum", { n: html`<b>${data.total}</b>`, members: data.members, exempt: data.exempt })}</p>
    <ul class="tasks plan">${data.items.map((row) => html`<li data-key="${row.teacher_id}"><div>
      <p><b>${row.name}</b> <span class="soft">${row.staff_no}</span> ${row.school.name}</p>
      <p class="soft">${t("reports.below.row", { counted: amount(row.counted), required: amount(row.required), pending: amount(row.pending),
        enrolled: amount(row.enrolled) })}</p></div>${badge(row.missing_after === "0.00" ? "info" : "warn",
        t("reports.below.missing", { n: amount(row.missing), after: amount(row.missing_after) }), "alert")}</li>`)}</ul>${more(data, busy)}`;
}

function counties(data) {
  const target = data.target && html`<p>${t("reports.target", { name: data.target.name, n: amount(data.target.percent) })} <small>${data.target.clause}</small></p>`;
  return html`${asOf(data)}${target}<ul class="tasks plan">${
    [data.total, ...data.items].map((row) => area(row, data.as_of < data.cycle_ends_on))}</ul>`;
}

/** While the cycle runs, the forecast says whether the target will be reached; afterwards the figure itself. */
function area(row, running) {
  const last = row.forecast.at(-1);
  return html`<li data-key="${row.name}"><div><p><b>${row.name}</b> <span class="soft">${t("reports.people", { n: row.people })}</span></p>
      <p>${t("reports.complete")} ${percent(row.complete)} ${t("reports.with_exempt")} ${percent(row.complete_with_exempt)}</p>
      <p class="soft">${t("reports.attained")} ${percent(row.attained)}</p>
      ${last && html`<p class="soft">${t("reports.forecast", { date: date(last.by) })} ${percent(last.complete)}</p>`}</div>
    ${aim(row.reaches_target, running && last?.reaches_target)}</li>`;
}

function aim(reached, expected) {
  if (reached === null) return null;
  if (reached) return badge("ok", t("reports.reached"), "check");
  return expected ? badge("info", t("reports.will_reach"), "clock") : badge("warn", t("reports.not_reached"), "alert");
}
