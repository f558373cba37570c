/* The dialogs of the queue: why a claim is returned or refused for good, and what the keys do. */
import { faultOf } from "../form.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { draft, prefer, preferences } from "../store.js";
import { ask } from "./dialog.js";

const KEYS = [["J", "next"], ["K", "before"], ["A", "approve"], ["R", "return"], ["X", "choose"], ["Esc", "close"]];

/** A preset reason, a note, where it goes. What was typed stays as a draft until it is sent.
    `key` names the draft; submit({reason_code, note, return_to}) sends it. */
export function askReason({ verdict, claim, count, key, submit }) {
  const kept = draft.read(key);
  const manyBack = (claim.route ?? []).filter(({ state }) => state === "done").length > 1;
  return ask({
    title: t(`reason.${verdict}`, { n: count }), confirm: t(`review.${verdict}_n`, { n: count }), tone: "danger",
    failed: t(`reason.${verdict}_not_yet`),
    typed: (given) => draft.write(key, given),
    check: ({ reason_code: reason }) => (reason ? [] : [{ field: "reason_code", message: t("reason.missing") }]),
    body: (errors) => reasonForm({ verdict, kept, errors, reasons: claim.return_reasons, manyBack: verdict === "return" && manyBack }),
    async submit({ reason_code, note, return_to }) {
      const answer = await submit({ reason_code, note: note.trim() || undefined, return_to });
      draft.write(key, null);
      return answer;
    },
  });
}

function reasonForm({ verdict, kept, errors, reasons, manyBack }) {
  const fault = faultOf(errors, "reason_code");
  const choice = (name, value, label) => html`<label class="choice"><input type="radio" name="${name}" value="${value}"${
    kept[name] === value && html` checked`}>${label}</label>`;
  return html`<p class="soft">${t(`reason.${verdict}_text`)}</p>
    <fieldset class="${fault ? "wrong" : ""}"><legend>${t("reason.why")}</legend>${
      fault && html`<p class="fault" id="reason-fault">${fault}</p>`}
      ${reasons.map(({ code, title }) => choice("reason_code", code, title))}</fieldset>
    ${manyBack && html`<fieldset><legend>${t("reason.to")}</legend>
      ${choice("return_to", "previous", t("reason.to_previous"))}${choice("return_to", "maker", t("reason.to_maker"))}</fieldset>`}
    <div class="field"><label for="reason-note">${t("reason.note")}<small>${t("reason.optional")}</small></label>
      <textarea id="reason-note" name="note" rows="3" maxlength="500" placeholder="${t("reason.example")}">${kept.note ?? ""}</textarea></div>`;
}

export function keyboardHelp() {
  return ask({
    title: t("review.keys"), cancel: t("shell.close"),
    typed: ({ shortcuts }) => prefer({ shortcuts: shortcuts === "on" }),
    body: () => html`<ul class="key-list">${KEYS.map(([key, name]) => html`<li><kbd>${key}</kbd>${t(`keys.${name}`)}</li>`)}</ul>
      <label class="tick"><input type="checkbox" name="shortcuts" value="on"${preferences.shortcuts && html` checked`}>${t("keys.on")}</label>`,
  });
}
