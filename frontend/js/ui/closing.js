/* 年度审验 on a teacher's home: the year's figures to confirm, or to object to with words. */
import { post } from "../api.js";
import { faultOf } from "../form.js";
import { amount, date } from "../fmt.js";
import { html } from "../html.js";
import { t } from "../i18n.js";
import { draft } from "../store.js";
import { ask } from "./dialog.js";
import { icon, rows } from "./parts.js";
import { toast } from "./shell.js";

/** Worth a teacher's attention: there is something to do, or an objection waits for its answer. */
export const matters = ({ todo }) => todo !== "nothing";

export function card(item) {
  const key = `closing-${item.id}`;
  return html`<section class="card" aria-labelledby="${key}" data-key="${key}"><h2 id="${key}">${
      t(`closing.${item.kind}`, { label: item.label })}</h2>
    <p>${item.text} <small class="soft">${item.clause}</small></p>
    ${item.figures && rows([
      [t("closing.counted"), figure(item.figures)],
      item.school && [t("closing.school"), item.school.name],
      item.until && [t("closing.until"), date(item.until)],
      item.objection && [t("closing.objection"), item.objection],
      item.resolution && [t("closing.resolution"), item.resolution],
    ])}
    ${item.todo === "answer" && html`<p class="actions">
      <button type="button" class="button primary" data-act="confirm-closing" data-id="${item.id}">${t("closing.confirm")}</button>
      <button type="button" class="button" data-act="object-closing" data-id="${item.id}">${t("closing.object")}</button></p>`}</section>`;
}

function figure({ counted, required, unit, met, exempt }) {
  const units = t(`unit.${unit}`, { n: amount(counted) });
  if (exempt || required === null) return html`${amount(counted)} ${units}${t("comma")}${t(exempt ? "line.exempt" : "line.not_binding")}`;
  return html`<b>${amount(counted)}</b> / ${amount(required)} ${units} <span class="${met ? "ok" : "warn"}">${
    icon(met ? "check" : "alert")}${t(met ? "line.met" : "line.not_met")}</span>`;
}

/** Confirm after a look at the figures again. Resolves with the closing as it stands then, or null. */
export const confirmFigures = (item) => ask({
  title: t("closing.confirm_title", { label: item.label }), confirm: t("closing.confirm"), failed: t("closing.not_yet"),
  body: () => html`${rows([[t("closing.counted"), figure(item.figures)]])}<p class="soft">${t("closing.confirm_text")}</p>`,
  submit: () => answer(item, { answer: "confirmed" }, "closing.confirmed"),
});

/** Say what is wrong. What was typed stays as a draft until it is sent. */
export function objectToFigures(item) {
  const key = `closing-${item.id}`;
  const kept = draft.read(key);
  return ask({
    title: t("closing.object_title", { label: item.label }), confirm: t("closing.object_do"), failed: t("closing.not_yet"),
    typed: (given) => draft.write(key, given),
    check: ({ objection }) => (objection.trim() ? [] : [{ field: "objection", message: t("closing.object_missing") }]),
    body: (errors) => {
      const fault = faultOf(errors, "objection");
      return html`<div class="field${fault ? " wrong" : ""}"><label for="objection">${t("closing.what_is_wrong")}</label>
        ${fault && html`<p class="fault" id="objection-fault">${fault}</p>`}
        <textarea id="objection" name="objection" rows="4" maxlength="500">${kept.objection ?? ""}</textarea></div>`;
    },
    async submit({ objection }) {
      const done = await answer(item, { answer: "objected", objection: objection.trim() }, "closing.objected");
      draft.write(key, null);
      return done;
    },
  });
}

async function answer(item, body, said) {
  const done = await post(`/closings/${item.id}/answers`, body, item.version);
  toast(t(said));
  return done;
}
