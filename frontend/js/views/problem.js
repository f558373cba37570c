/* A page that cannot be shown: not there, not allowed, broken, or out of reach. */
import { html, listen, render } from "../html.js";
import { explain, t } from "../i18n.js";
import { empty, heading } from "../ui/parts.js";

export const title = ({ code, problem }) => explain(problem ?? { code }).title;

/** params: {code}, or {problem} when the start itself failed. */
export function mount(root, query, { code, problem = { code } }, signal) {
  const { title: said, advice } = explain(problem);
  listen(root, { again: () => location.reload() }, signal);
  const back = ["network", "unavailable", "server_error"].includes(problem.code)
    ? html`<button type="button" class="button primary" data-act="again">${t("state.again")}</button>`
    : html`<a class="button primary" href="#/">${t("problem.home")}</a>`;
  render(root, html`${heading(said)}<div class="list">${empty(null, advice, back)}</div>`);
}

export function stop() {}
