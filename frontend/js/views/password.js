/* Set a password: change one's own (by wish, or because it was given out by somebody else), or the first one of a new
   account, with the one-time code that the administrator handed over. */
import { activate, post, whoAmI } from "../api.js";
import { faults, field, focusSummary, goToField, summary, values } from "../form.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { go, link } from "../router.js";
import { session, tell } from "../store.js";
import { heading } from "../ui/parts.js";
import { toast } from "../ui/shell.js";

const SHORTEST = 8;
const NEW = [["new_password", "new-password"], ["again", "new-password"]];
const FIELDS = {
  change: [["current_password", "current-password"], ...NEW],
  activate: [["staff_no", "username"], ["secret", "one-time-code"], ...NEW],
};

let state;
let main;

const kindOf = () => (session.me && !session.expired ? "change" : "activate");

export const title = () => t(`${kindOf()}.title`);

export function mount(root, query, params, signal) {
  main = root;
  state = { kind: kindOf(), errors: [], busy: false, forced: session.me?.must_change_password };
  listen(root, { send, goto: (button) => goToField(root, button.dataset.field) }, signal);
  draw();
}

export function stop() { state = null; }

const draw = () => state && render(main, page(state));

const input = ([name, kind], errors) => field(name, t(`password.${name}`), errors, ({ id, described }) => html`<input id="${id}"
  name="${name}" type="${name.includes("password") || name === "again" ? "password" : "text"}" maxlength="128"
  autocomplete="${kind}"${described}>`);

const page = ({ kind, errors, busy, forced }) => html`<div class="narrow card">${heading(title())}
  <p class="soft">${t(forced ? "password.forced" : `${kind}.text`, { n: SHORTEST })}</p>${summary(t("password.failed"), errors)}
  <form novalidate data-act="send">
    ${kind === "change" && html`<input type="text" name="username" value="${session.me.staff_no}" autocomplete="username" hidden>`}
    ${FIELDS[kind].map((one) => input(one, errors))}
    <button type="submit" class="button primary wide"${busy && html` aria-disabled="true"`}>${
      busy ? t("state.sending") : title()}</button></form>
  ${kind === "activate" && html`<p class="links"><a href="${link("/")}">${t("sign_in.title")}</a></p>`}</div>`;

function check(given) {
  const wrong = Object.keys(given).filter((name) => !given[name].trim() && !["username", "new_password", "again"].includes(name))
    .map((name) => [name, "password.empty"]);
  if (given.new_password.length < SHORTEST) wrong.push(["new_password", "password.short"]);
  else if (given.new_password !== given.again) wrong.push(["again", "password.differs"]);
  return wrong;
}

function fail(errors) { Object.assign(state, { errors, busy: false }); draw(); focusSummary(main); }

async function send(form, event) {
  event.preventDefault();
  if (state.busy) return;
  const given = values(form);
  const wrong = check(given);
  const words = (name, key) => t(key, { n: SHORTEST, name: t(`password.${name}`) });
  if (wrong.length) { fail(wrong.map(([name, key]) => ({ field: name, message: words(name, key) }))); return; }
  Object.assign(state, { busy: true, errors: [] });
  draw();
  try {
    await (state.kind === "change" ? change(given) : begin(given));
  } catch (problem) {
    if (state) fail(faults(problem));
  }
}

async function change({ current_password, new_password }) {
  await post("/me/password", { current_password, new_password });
  const { forced } = state;
  await whoAmI();
  if (forced) tell("signed-in");
  else go("/me");
  toast(t("password.done"));
}

async function begin({ staff_no, secret, new_password }) {
  await activate({ staff_no: staff_no.trim(), secret: secret.trim(), new_password });
  toast(t("activate.done"));
  go("/");
}
