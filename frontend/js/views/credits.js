/* 学分明细: every entry of the teacher's ledger, opening to its rule, its program and who decided what. Prints as a proof. */
import { get } from "../api.js";
import { amount, centi, credits, date, moment, years } from "../fmt.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { link } from "../router.js";
import { load, region } from "../store.js";
import { badge, empty, heading, icon, more, region as show, rows, skeleton, tag } from "../ui/parts.js";

const PAGE = 50;

let state;
let draw;

export const title = () => t("credits.title");

export function mount(root, query, params, signal) {
  state = { ledger: region(), standing: region() };
  draw = () => state && render(root, page(state));
  const ask = (token) => load(state.ledger, "ledger", async () => {
    const next = await get("/me/ledger", { page_size: PAGE, page_token: token }, signal);
    return token ? { ...next, items: [...state.ledger.data.items, ...next.items] } : next;
  }, draw);
  const askStanding = () => load(state.standing, "standing", () => get("/me/standing", {}, signal), draw);
  listen(root, {
    "ask-ledger": () => ask(), "ask-standing": askStanding,
    more: () => ask(state.ledger.data.next_page_token),
    print: () => printAll(ask),
  }, signal);
  Promise.all([ask(), askStanding()]).then(() => { if (query.print && state) printAll(ask); });
}

export function stop() { state = null; }

/** A proof shows every entry, so the pages that are not here yet come first. */
async function printAll(ask) {
  while (state?.ledger.data?.next_page_token && !state.ledger.error) await ask(state.ledger.data.next_page_token);
  if (state?.ledger.data && state.standing.data) print();
}

const page = ({ ledger, standing }) => html`${heading(t("credits.title"),
    html`<button type="button" class="button" data-act="print">${icon("print")}${t("credits.print")}</button>`)}
  <section class="card" aria-labelledby="sum-title" data-key="sum"><h2 class="sr" id="sum-title">${t("credits.sum")}</h2>
    ${show(standing, { act: "ask-standing", waiting: skeleton(2), filled: sum })}</section>
  <section aria-labelledby="entries-title" data-key="entries"><h2 id="entries-title">${t("credits.entries")}</h2>
    <div class="list">${show(ledger, {
      act: "ask-ledger", waiting: skeleton(6),
      blank: (data) => data.items.length === 0 && empty(t("credits.none"), t("credits.none_text")),
      filled: (data) => html`${byYear(data.items)}${more(data, ledger.busy)}`,
    })}</div></section>`;

function sum({ teacher, total, cycle, lines, on }) {
  const figure = (name, { counted, required, unit }) => html`<li><span>${name}</span><b>${amount(counted)}</b> / ${
    amount(required)}${unit !== "credits" && html` ${t(`unit.${unit}`)}`}</li>`;
  const others = lines.filter((line) => line.kind !== "total_per_cycle" && line.required);
  return html`<p class="person"><b>${teacher.name}</b> ${teacher.school_name}
      <span class="soft">${t("me.staff_no")} ${teacher.staff_no}</span></p>
    <p class="soft">${t("home.cycle", { years: years(cycle) })}${t("home.until", { until: date(cycle.ends_on) })}<span class="print-only">${
      t("credits.as_of", { date: date(on) })}</span></p>
    <ul class="sums">${total && figure(t("credits.total"), total)}${others.map((line) => figure(line.name, line))}</ul>`;
}

function byYear(items) {
  const labels = [...new Set(items.map((item) => item.year_label))];
  return labels.map((label) => html`<h3 class="year" data-key="year-${label}">${label}</h3>
    <ul class="entries" data-key="list-${label}">${items.filter((item) => item.year_label === label).map(entry)}</ul>`);
}

function entry(item) {
  return html`<li data-key="${item.id}"><details><summary><span class="about"><b>${item.title}</b>
      <span class="soft">${date(item.event_on)} ${item.term_label}</span>
      <span class="badges">${tag(item.group, item.category_name)}${marks(item)}</span></span>
    <span class="worth${item.reversed ? " struck" : ""}">${credits(item.credits)}</span>
    <span class="turn">${icon("down")}</span></summary>
    <div class="story">${story(item)}</div></details></li>`;
}

const marks = (item) => [
  item.kind === "reversal" && badge("info", t("credits.reversal")),
  item.reversed && badge("calm", t("credits.reversed")),
  item.uncounted && badge("warn", t("credits.not_counted", { n: amount(item.uncounted.credits) }), "alert"),
];

function story(item) {
  const counted = item.kind === "credit" && !item.reversed && centi(item.counted) !== centi(item.credits);
  return html`${item.uncounted && html`<p class="alert warn">${icon("alert")}<span>${item.uncounted.reason}
      <small>${item.uncounted.clause}</small></span></p>`}
    ${rows([
      counted && [t("credits.counted"), credits(item.counted)],
      centi(item.hours) > 0 && [t("course.hours"), t("course.hours_n", { n: amount(item.hours) })],
      [t("credits.rule"), html`${item.rule.text} <small>${item.rule.clause}</small>`],
      item.program && [t("course.program"), item.program.title],
      item.reason && [t("credits.reason"), item.reason],
      [t("credits.posted"), moment(item.posted_at)],
    ])}
    ${item.decisions.length > 0 && html`<p class="lead">${t("claim.decisions")}</p>
      <ol class="timeline">${item.decisions.map(decision)}</ol>`}
    ${item.claim_id && html`<p class="links"><a href="${link(`/claims/${item.claim_id}`)}">${t("credits.claim")}</a></p>`}`;
}

/** Who did what, in which capacity. */
const decision = ({ act, verdict, organisation_name: place, actor_name: actor, decided_at: at }) => html`<li class="done">
  <b>${place} ${t(`act.${act}`)}${t("colon")}${t(`verdict.${verdict}`)}</b><span>${actor} ${moment(at)}</span></li>`;
