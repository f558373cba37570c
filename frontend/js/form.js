/* Forms: ids for safe repeats, errors at the summary and at the field. */
import { html } from "./html.js";
import { explain, known, t } from "./i18n.js";

/** A UUIDv7. Made when a form opens, so that sending the form twice creates one thing. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export const values = (form) => Object.fromEntries(new FormData(form));

/** A refusal as lines for the summary: one per field when the server names fields, else one for the whole form. */
export function faults(problem) {
  const named = (problem.errors ?? []).map(({ pointer, code, message }) => ({
    field: pointer?.split("/").pop(),
    message: known(`problem.${code}`) ? t(`problem.${code}`) : message,
  }));
  if (named.length) return named;
  const { title, advice } = explain(problem);
  return [{ field: null, message: advice ? `${title}${t("stop")}${advice}` : title }];
}

/** The list of what is wrong; each line leads to its field. */
export function summary(title, errors) {
  if (!errors?.length) return null;
  const line = ({ field, message }) => html`<li>${field
    ? html`<button type="button" class="link" data-act="goto" data-field="${field}">${message}</button>` : message}</li>`;
  return html`<div class="summary" role="alert" tabindex="-1" data-key="summary">
    <h2>${title}</h2><ul>${errors.map(line)}</ul></div>`;
}

export const faultOf = (errors, field) => errors?.find((error) => error.field === field)?.message;

/** label + input + the same words as in the summary. */
export function field(name, label, errors, input) {
  const fault = faultOf(errors, name);
  const id = `field-${name}`;
  return html`<div class="field${fault ? " wrong" : ""}"><label for="${id}">${label}</label>
    ${fault && html`<p class="fault" id="${id}-fault">${fault}</p>`}
    ${input({ id, described: fault ? html` aria-invalid="true" aria-describedby="${id}-fault"` : null })}</div>`;
}

export function goToField(root, name) {
  root.querySelector(`[name="${CSS.escape(name)}"]`)?.focus();
}

export const focusSummary = (root) => root.querySelector(".summary")?.focus();
