/* One claim as its teacher sees it: what was returned and why, which way it goes. */
import { get } from "../api.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { load, region } from "../store.js";
import { heading, region as show, skeleton } from "../ui/parts.js";
import { claimHead, record } from "../ui/claim.js";

let state;

export const title = () => t("claim.title");

export function mount(root, query, { id }, signal) {
  state = region();
  const draw = () => state && render(root, html`${heading(t("claim.title"))}
    <section class="card claim">${show(state, {
      act: "ask", waiting: skeleton(5, "tall"), filled: (claim) => html`${claimHead(claim)}${record({ ...claim, refusal: null })}`,
    })}</section>`);
  const ask = () => load(state, `claim ${id}`, () => get(`/claims/${id}`, {}, signal), draw);
  listen(root, { ask }, signal);
  ask();
}

export function stop() { state = null; }
