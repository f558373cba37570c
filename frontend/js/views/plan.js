/* 补学方案: which open courses close the gaps in the fewest days, and which gaps cannot be closed by what is open. */
import { get } from "../api.js";
import { amount, credits, date, period } from "../fmt.js";
import { html, listen, render } from "../html.js";
import { t, tm } from "../i18n.js";
import { link } from "../router.js";
import { load, region } from "../store.js";
import { badge, dateBlock, empty, heading, icon, region as show, skeleton } from "../ui/parts.js";

let state;

export const title = () => t("plan.title");

export function mount(root, query, params, signal) {
  state = { plan: region() };
  const draw = () => state && render(root, page(state));
  const ask = () => load(state.plan, "plan", () => get("/me/plan", {}, signal), draw);
  listen(root, { "ask-plan": ask }, signal);
  ask();
}

export function stop() { state = null; }

const page = ({ plan }) => html`${heading(t("plan.title"))}${show(plan, {
  act: "ask-plan", waiting: skeleton(5),
  blank: ({ gaps }) => gaps.length === 0 && empty(t("plan.none"), t("plan.none_text"),
    html`<a class="button primary" href="${link("/menu")}">${t("courses.choose")}</a>`),
  filled: (data) => html`<section class="card" aria-labelledby="gaps-title" data-key="gaps">
      <h2 id="gaps-title">${t("plan.gaps", { n: data.gaps.length })}</h2><ul class="tasks plan">${data.gaps.map(gap)}</ul></section>
    ${data.courses.length > 0 && html`<section aria-labelledby="plan-title" data-key="courses">
      <h2 id="plan-title">${t("plan.courses", { n: data.courses.length, days: data.days })}</h2>
      <p class="soft">${t(data.exact ? "plan.fewest" : "plan.good")}</p>
      <div class="list"><ul class="courses">${data.courses.map((item) => course(item, data.gaps))}</ul></div></section>`}`,
})}`;

const unit = (name) => t(`unit.${name}`);

/** What is missing, and whether the plan fills it before the deadline; else why not. */
function gap(item) {
  return html`<li data-key="${item.id}"><div><p><b>${item.name}</b> ${tm("plan.missing", {
      n: html`<b>${amount(item.missing)}</b>`, unit: unit(item.unit) })}</p>
    <p class="soft">${t("line.due", { period: t("plan.required", { n: amount(item.required), unit: unit(item.unit) }),
      date: date(item.deadline) })} <small>${item.clause}</small></p>
    ${item.why && html`<p>${item.why.title}${t("stop")}</p>`}</div>
    ${item.closable ? badge("ok", t("plan.closable"), "check")
      : badge("warn", t("plan.left", { n: amount(item.left), unit: unit(item.unit) }), "alert")}</li>`;
}

function course(item, gaps) {
  const names = new Map(gaps.map(({ id, name }) => [id, name]));
  const adds = item.adds.map((one) => t("plan.adds", { line: names.get(one.gap_id), n: amount(one.amount), unit: unit(one.unit) }));
  return html`<li class="course" data-key="${item.run_id}">${dateBlock(item.starts_on)}
    <div class="about"><h3>${item.title}</h3>
      <p class="soft facts"><span>${item.provider_name}</span><span>${t(`mode.${item.mode}`)}</span>
        <span>${icon("clock")}${period(item.starts_on, item.ends_on)}${item.days > 0 && t("plan.days", { n: item.days })}</span></p>
      <p class="badges">${adds.map((text) => badge("calm", text))}</p></div>
    <p class="worth">${credits(item.credits)}</p>
    <div class="foot"><p class="seats">${t("plan.seats", { n: item.seats_left })}</p>
    <div class="do"><a class="button primary" href="${link("/menu", { q: item.title })}"
      aria-label="${t("plan.go")}${t("colon")}${item.title}">${t("plan.go")}</a></div></div></li>`;
}
