/* Sign in with staff number or phone. Shown in place of the wanted page, whose address stays: after it, that page. */
import { signIn } from "../api.js";
import { faults, field, focusSummary, goToField, summary, values } from "../form.js";
import { html, listen, render } from "../html.js";
import { explain, t } from "../i18n.js";
import { link } from "../router.js";
import { session, tell } from "../store.js";

let state;
let main;
let timer;

export const title = () => t("sign_in.title");

export function mount(root, query, params, signal) {
  main = root;
  state = { errors: [], busy: false, wait: 0, shown: false };
  listen(root, { send, show, goto: (button) => goToField(root, button.dataset.field) }, signal);
  draw();
  root.querySelector("input").focus();
}

export function stop() { clearInterval(timer); state = null; }

const draw = () => state && render(main, page(state));

function page({ errors, busy, wait, shown }) {
  const label = busy ? t("state.sending") : wait ? t("sign_in.wait", { n: wait }) : t("sign_in.do");
  return html`<div class="narrow card"><h1 tabindex="-1">${t("sign_in.title")}</h1>
    <p class="soft">${t(session.expired && session.me ? "sign_in.again" : "sign_in.text")}</p>
    ${summary(t("sign_in.failed"), errors)}
    <form novalidate data-act="send">
      ${field("username", t("sign_in.username"), errors, ({ id, described }) => html`<input id="${id}" name="username"
        type="text" maxlength="64" autocomplete="username" autocapitalize="none" spellcheck="false"${described}>`)}
      ${field("password", t("sign_in.password"), errors, ({ id, described }) => html`<span class="with-button">
        <input id="${id}" name="password" maxlength="128" type="${shown ? "text" : "password"}"
          autocomplete="current-password"${described}>
        <button type="button" class="link" data-act="show" aria-pressed="${String(shown)}">${t("sign_in.show")}</button></span>`)}
      <button type="submit" class="button primary wide"${(busy || wait > 0) && html` aria-disabled="true"`}>${
        label}</button></form>
    <p class="links"><a href="${link("/activate")}">${t("sign_in.activate")}</a></p>
    <p class="soft">${t("sign_in.help")}</p></div>`;
}

function show() { state.shown = !state.shown; draw(); }

function fail(errors) { Object.assign(state, { errors, busy: false }); draw(); focusSummary(main); }

async function send(form, event) {
  event.preventDefault();
  if (state.busy || state.wait) return;
  const { username, password } = values(form);
  const missing = [["username", username.trim()], ["password", password]].filter(([, value]) => !value);
  if (missing.length) { fail(missing.map(([name]) => ({ field: name, message: t(`sign_in.no_${name}`) }))); return; }
  Object.assign(state, { busy: true, errors: [] });
  draw();
  try {
    await signIn(username.trim(), password);
    tell("signed-in");
  } catch (problem) {
    if (!state) return;
    if (problem.retryAfter) wait(problem.retryAfter);
    fail(problem.status === 401 ? [{ field: "password", message: explain(problem).title }] : faults(problem));
  }
}

/** The server said when to come back: count down instead of sending again. */
function wait(seconds) {
  state.wait = seconds;
  clearInterval(timer);
  timer = setInterval(() => {
    state.wait -= 1;
    if (state.wait <= 0) clearInterval(timer);
    draw();
  }, 1000);
}
