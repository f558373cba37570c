/* A claim as a record: flags, figures, what the term's cap leaves, the way it goes, what was decided. */
import { amount, credits, date, moment } from "../fmt.js";
import { html } from "../html.js";
import { remark, t } from "../i18n.js";
import { badge, icon, rows, tag, timeline } from "./parts.js";

/** The head of a claim; the queue puts the focus on it after each decision. */
export const claimHead = ({ number, teacher, school, title }) => html`<p class="soft number">${number}</p>
  <h2 tabindex="-1" id="claim-title">${teacher.name} <small>${school?.name}</small></h2><p class="lead">${title}</p>`;

/** `granted`: the field for the credits to grant, when the viewer may decide. */
export function record(claim, granted) {
  const { cap, attendance, flags } = claim;
  return html`${!granted && claimHead(claim)}
    ${claim.stalled && alert("bad", claim.stalled.title)}${flags.map((flag) => alert("warn", remark(flag), flag.detail))}
    ${!claim.can_decide && claim.refusal && alert("info", remark(claim.refusal))}
    ${rows([
      [t("claim.granted"), granted ?? credits(claim.credits_granted ?? claim.credits_claimed)],
      [t("course.category"), tag(claim.group, claim.category_name)],
      [t("claim.event"), `${date(claim.event_on)} ${claim.term_label ?? ""}`],
      [t("course.hours"), t("course.hours_n", { n: amount(claim.hours) })],
      cap && [t("claim.cap", { term: cap.term_label }), html`${t("claim.cap_now", { counted: amount(cap.counted), cap: amount(cap.cap), after: amount(cap.after) })}`],
      attendance && [t("claim.attendance"), t("claim.attendance_n", { n: attendance.attended, of: attendance.sessions })],
      claim.desk && granted && claim.waiting_days > 0 && [t("review.waiting"), t("review.days", { n: claim.waiting_days })],
    ])}
    <p class="lead">${t("claim.way")}</p>${timeline(claim.route)}
    ${claim.decisions.length > 0 && html`<p class="lead">${t("claim.decisions")}</p><ol class="timeline">${claim.decisions.map(decided)}</ol>`}`;
}

const alert = (tone, title, text) => html`<div class="alert ${tone}">${icon("alert")}<div><p class="lead">${title}</p>${text && html`<p>${text}</p>`}</div></div>`;

function decided(decision) {
  const { credits_before: before, credits_after: after } = decision;
  return html`<li class="${decision.verdict}"><b>${decision.organisation_name} ${t(`act.${decision.act}`)}${t("colon")}${t(`verdict.${decision.verdict}`)}</b>
    <span>${decision.actor_name} ${moment(decision.decided_at)}</span>
    ${before && after && before !== after && html`<span>${t("claim.changed", { before: amount(before), after: amount(after) })}</span>`}
    ${decision.reason && html`<p>${badge("warn", decision.reason)}</p>`}${decision.note && html`<p>${decision.note}</p>`}</li>`;
}
