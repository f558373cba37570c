/* Change the password: by wish, or because the one in use was given out by somebody else. */
import { post, whoAmI } from "../api.js";
import { faults, field, focusSummary, goToField, summary, values } from "../form.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { go } from "../router.js";
import { session, tell } from "../store.js";
import { heading } from "../ui/parts.js";
import { toast } from "../ui/shell.js";

const SHORTEST = 8;
const FIELDS = [["current_password", "current-password"], ["new_password", "new-password"], ["again", "new-password"]];

let state;
let main;

export const title = () => t("password.title");

export function mount(root, query, params, signal) {
  main = root;
  state = { errors: [], busy: false, forced: session.me.must_change_password };
  listen(root, { send, goto: (button) => goToField(root, button.dataset.field) }, signal);
  draw();
}

export function stop() { state = null; }

const draw = () => state && render(main, page(state));

const page = ({ errors, busy, forced }) => html`<div class="narrow card">${heading(t("password.title"))}
  <p class="soft">${t(forced ? "password.forced" : "password.text", { n: SHORTEST })}</p>${summary(t("password.failed"), errors)}
  <form novalidate data-act="send">
    <input type="text" name="username" value="${session.me.staff_no}" autocomplete="username" hidden>
    ${FIELDS.map(([name, kind]) => field(name, t(`password.${name}`), errors, ({ id, described }) =>
      html`<input id="${id}" name="${name}" type="password" maxlength="128" autocomplete="${kind}"${described}>`))}
    <button type="submit" class="button primary wide"${busy && html` aria-disabled="true"`}>${
      t(busy ? "state.sending" : "password.do")}</button></form></div>`;

function check({ current_password, new_password, again }) {
  const wrong = [];
  if (!current_password) wrong.push(["current_password", "password.no_current"]);
  if (new_password.length < SHORTEST) wrong.push(["new_password", "password.short"]);
  else if (new_password !== again) wrong.push(["again", "password.differs"]);
  return wrong.map(([name, key]) => ({ field: name, message: t(key, { n: SHORTEST }) }));
}

function fail(errors) { Object.assign(state, { errors, busy: false }); draw(); focusSummary(main); }

async function send(form, event) {
  event.preventDefault();
  if (state.busy) return;
  const { current_password, new_password, again } = values(form);
  const wrong = check({ current_password, new_password, again });
  if (wrong.length) { fail(wrong); return; }
  Object.assign(state, { busy: true, errors: [] });
  draw();
  try {
    await post("/me/password", { current_password, new_password });
    const { forced } = state;
    await whoAmI();
    if (forced) tell("signed-in");
    else go("/me");
    toast(t("password.done"));
  } catch (problem) {
    if (state) fail(faults(problem));
  }
}
