/* The viewer's own account: who I am here, in which capacities, and the settings of this device. */
import { NONE } from "../fmt.js";
import { html, render } from "../html.js";
import { t } from "../i18n.js";
import { link } from "../router.js";
import { session } from "../store.js";
import { heading, rows } from "../ui/parts.js";

export const title = () => t("me.title");

// `leave` (sign out) is answered by the frame, as in its menu.
export function mount(root) { render(root, page(session.me)); }

export function stop() {}

const page = (me) => html`${heading(t("me.title"))}
  <section class="card" aria-labelledby="me-who"><h2 id="me-who">${me.name}</h2>
    ${rows([[t("me.staff_no"), me.staff_no], [t("me.phone"), me.phone_masked ?? NONE], [t("me.city"), me.city.name],
      ...me.bindings.map(({ role, organisation }) => [t(`role.${role}`), organisation.name])])}
    <p class="actions"><a class="button" href="${link("/password")}">${t("change.title")}</a>
      <button type="button" class="button" data-act="leave">${t("shell.sign_out")}</button></p></section>`;
