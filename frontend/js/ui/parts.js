/* Parts every page is made of. Pure: values in, Markup out. */
import { amount, centi, dayNumber, moment, month, weekday } from "../fmt.js";
import { html } from "../html.js";
import { explain, t } from "../i18n.js";

export const icon = (name) => html`<svg class="icon" aria-hidden="true"><use href="#i-${name}"/></svg>`;

/** ok, warn, bad, info or calm: a word on its colour, with a sign so that colour is never alone. */
export const badge = (tone, text, sign) => html`<span class="badge ${tone}">${sign && icon(sign)}${text}</span>`;

export const tag = (group, name) => html`<span class="tag g-${group ?? "none"}">${name}</span>`;

/** The heading of a page; the router puts the focus on it. */
export const heading = (text, aside) =>
  html`<div class="heading"><h1 tabindex="-1">${text}</h1>${aside}</div>`;

export const empty = (title, text, action) => html`<div class="empty">${icon("inbox")}
  ${title && html`<p class="lead">${title}</p>`}<p>${text}</p>${action}</div>`;

export const skeleton = (lines, kind = "") => html`<div class="skeleton ${kind}" aria-hidden="true">${
  Array.from({ length: lines }, () => html`<div><i></i><b></b><i></i></div>`)}</div>
  <p class="sr">${t("state.loading")}</p>`;

/** What went wrong, what to do, and a button that asks again. */
export function failure(problem, act) {
  const { title, advice } = explain(problem);
  return html`<div class="alert bad" role="alert">${icon("alert")}<div><p class="lead">${title}</p>
    ${advice && html`<p>${advice}</p>`}
    ${act && html`<button type="button" class="button small" data-act="${act}">${t("state.reload")}</button>`}</div></div>`;
}

const stale = (problem, act) => html`<p class="alert warn" role="status">${icon("clock")}<span>${t("state.stale")}${
  explain(problem).title}${t("stop")}
  <button type="button" class="link" data-act="${act}">${t("state.again")}</button></span></p>`;

/** One region of a page in whichever state it is: loading, failed, stale, empty or filled. */
export function region(part, { act, waiting, blank, filled }) {
  const data = part.data ?? part.previous;
  if (!data) return part.error ? failure(part.error, act) : waiting;
  const body = blank && part.data && !part.busy && blank(data);
  return html`${part.error && stale(part.error, act)}
    <div${part.busy && html` aria-busy="true"`} data-key="body">${body || filled(data)}</div>`;
}

/** The block with the day a course begins. */
export const dateBlock = (value, group) => html`<div class="date g-${group ?? "none"}" aria-hidden="true"><span>${
  month(value)}</span><b>${dayNumber(value)}</b><span>${weekday(value)}</span></div>`;

const share = (part, whole) => Math.min(100, whole > 0 ? (100 * part) / whole : 0);

/** counted solid, in review hatched, the rest empty. Never one added to the other. */
export function meter({ counted, pending, required, group }) {
  const whole = centi(required);
  const solid = share(centi(counted), whole);
  const hatched = Math.min(100 - solid, share(centi(pending), whole));
  return html`<svg class="meter g-${group ?? "none"}" aria-hidden="true"><rect class="track" width="100%" height="100%"/>
    <rect class="solid" width="${solid}%" height="100%"/>
    ${hatched > 0 && html`<rect x="${solid}%" width="${hatched}%" height="100%" fill="url(#hatch)"/>`}</svg>`;
}

/** The credit ring: what counts by group, then the hatch of what is in review. */
export function ring({ counted, pending, required }, groups) {
  const whole = Math.max(centi(required), centi(counted));
  let from = 0;
  const arc = (credits, paint) => {
    const length = Math.min(share(centi(credits), whole), 100 - from);
    if (length <= 0) return null;
    const at = from;
    from += length;
    return html`<circle ${paint} cx="60" cy="60" r="50" pathLength="100" stroke-dasharray="${Math.max(length - 0.9, 0.4)} 100"
      stroke-dashoffset="${-at}"/>`;
  };
  const said = t("standing.ring", { counted: amount(counted), required: amount(required), pending: amount(pending) });
  return html`<div class="ring"><svg viewBox="0 0 120 120" role="img" aria-label="${said}">
      <circle class="track" cx="60" cy="60" r="50"/>
      <g transform="rotate(-90 60 60)">${groups.map((group) => arc(group.counted, html`class="g-${group.group}"`))}
      ${arc(pending, html`stroke="url(#hatch)"`)}</g></svg>
    <p aria-hidden="true"><b>${amount(counted)}</b>${required && html`<span>/ ${amount(required)}</span>`}</p></div>`;
}

/** The way of a claim: each step, who did it and when, or who has it now. */
export function timeline(steps) {
  const said = (step) => {
    if (step.state === "done") return `${step.actor_name ?? ""} ${moment(step.at)}`;
    return t(step.state === "current" ? "claim.waiting_here" : "claim.comes_later");
  };
  return html`<ol class="timeline">${steps.map((step) => html`<li class="${step.state}"><b>${step.organisation_name} ${
    t(`act.${step.act}`)}</b><span>${said(step)}</span></li>`)}</ol>`;
}

/** label / value rows of a record. */
export const rows = (pairs) => html`<dl class="rows">${pairs.filter(Boolean).map(([label, value]) =>
  html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;

export const more = (page, busy) => page.next_page_token && html`<p class="more">
  <button type="button" class="button" data-act="more">${t(busy ? "state.loading" : "state.more")}</button></p>`;
