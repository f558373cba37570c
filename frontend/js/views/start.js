/* For those whose pages are not made yet: what they may do, and where. */
import { html, render } from "../html.js";
import { known, t } from "../i18n.js";
import { link } from "../router.js";
import { session } from "../store.js";
import { heading } from "../ui/parts.js";

export const title = () => t("start.title");

export function mount(root) { render(root, page(session.me)); }

export function stop() {}

const page = (me) => html`${heading(t("start.title"))}
  <section class="card"><p>${t("start.text")}</p>
    <ul class="roles">${me.bindings.filter(({ role }) => known(`start.${role}`)).map(({ role, organisation }) => html`<li>
      <b>${t(`role.${role}`)}</b> <span class="soft">${organisation.name}</span><p>${t(`start.${role}`)}</p></li>`)}</ul>
    <p class="links"><a href="/docs">${t("start.docs")}</a><a href="${link("/me")}">${t("me.title")}</a></p></section>`;
