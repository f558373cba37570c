/* A claim as a record: flags, figures, what the term's cap leaves, the way it goes, what was decided. */
import { amount, credits, date, moment } from "../fmt.js";
import { html } from "../html.js";
import { remark, t } from "../i18n.js";
import { badge, icon, rows, tag, timeline } from "./parts.js";

/** The head of a claim; the queue puts the focus on it after each decision. */
export const claimHead = ({ number, teacher, school, title }) => html`<p class="soft number">${number}</p>
  <h2 tabindex="-1" id="claim-title">${teacher.name} <small>${school.name}</small></h2><p class="lead">${title}</p>`;

const alert = (tone, remarked) => html`<p class="alert ${tone}">${icon("alert")}<b>${remark(remarked)}</b></p>`;

/** `granted`: the field for the credits to grant, when the viewer may decide. */
export function record(claim, granted) {
  return html`${claim.stalled && alert("bad", claim.stalled)}${claim.flags.map((flag) => alert("warn", flag))}
    ${!claim.can_decide && claim.refusal && alert("info", claim.refusal)}
    ${facts(claim, granted)}
    <p class="lead">${t("claim.way")}</p>${timeline(claim.route)}
    ${claim.decisions.length > 0 && html`<p class="lead">${t("claim.decisions")}</p>
      <ol class="timeline">${claim.decisions.map(decided)}</ol>`}`;
}

function facts(claim, granted) {
  const { cap, attendance } = claim;
  const capNow = cap && { counted: amount(cap.counted), cap: amount(cap.cap), after: amount(cap.after) };
  return rows([
    [t("claim.granted"), granted ?? credits(claim.credits_granted ?? claim.credits_claimed)],
    [t("course.category"), tag(claim.group, claim.category_name)],
    [t("claim.event"), html`${date(claim.event_on)} <small>${claim.term_label}</small>`],
    [t("course.hours"), t("course.hours_n", { n: amount(claim.hours) })],
    cap && [cap.term_label, t("claim.cap_now", capNow)],
    attendance && [t("claim.attendance"), t("claim.attendance_n", { n: attendance.attended, of: attendance.sessions })],
    claim.late_reason && [t("claim.late_reason"), claim.late_reason],
    [t("credits.rule"), html`${claim.rule.text} <small>${claim.rule.clause}</small>`],
    granted && [t("review.waiting"), t("review.days", { n: claim.waiting_days })],
  ]);
}

function decided(step) {
  const changed = step.credits_before !== step.credits_after;
  const figures = { before: amount(step.credits_before), after: amount(step.credits_after) };
  return html`<li class="${step.verdict}"><b>${step.organisation_name} ${t(`act.${step.act}`)}${t("colon")}${
      t(`verdict.${step.verdict}`)}</b><span>${step.actor_name} ${moment(step.decided_at)}</span>
    ${changed && html`<span>${t("claim.changed", figures)}</span>`}
    ${step.reason && html`<p>${badge("warn", step.reason)}</p>`}${step.note && html`<p>${step.note}</p>`}</li>`;
}
