/* The teacher's own courses: what I am enrolled in, what is over, and the way out while there is one. */
import { get } from "../api.js";
import { moment, period } from "../fmt.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { link } from "../router.js";
import { load, region } from "../store.js";
import { badge, empty, heading, more, region as show, skeleton } from "../ui/parts.js";
import { TONES, withdraw } from "./menu.js";

let state;

export const title = () => t("courses.title");

export function mount(root, query, params, signal) {
  state = { list: region() };
  const draw = () => state && render(root, page(state));
  const ask = (token) => load(state.list, "courses", async () => {
    const next = await get("/enrollments", { page_token: token }, signal);
    return token ? { ...next, items: [...state.list.data.items, ...next.items] } : next;
  }, draw);
  listen(root, {
    "ask-courses": () => ask(),
    more: () => ask(state.list.data.next_page_token),
    withdraw(button) {
      const item = state.list.data.items.find(({ id }) => id === button.dataset.id);
      withdraw(Object.assign(item, { enrollment: item }), () => ask());
    },
  }, signal);
  ask();
}

export function stop() { state = null; }

const page = ({ list }) => html`${heading(t("courses.title"))}<div class="list">${show(list, {
  act: "ask-courses", waiting: skeleton(4),
  blank: (data) => data.items.length === 0 && empty(t("courses.none"), t("courses.none_text"),
    html`<a class="button primary" href="${link("/menu")}">${t("courses.choose")}</a>`),
  filled: (data) => html`<ul class="courses">${data.items.map(course)}</ul>${more(data, list.busy)}`,
})}</div>`;

function course(item) {
  return html`<li class="course short" data-key="${item.id}"><div class="about"><h2>${item.title}</h2>
    <p class="soft facts"><span>${period(item.starts_on, item.ends_on)}</span><span>${item.run_name}</span></p>
    <p class="badges">${badge(TONES[item.state], t(`enrollment.${item.state}`))}${item.can_withdraw
      && html`<small>${t("courses.until", { at: moment(item.withdraw_until) })}</small>`}</p></div>
    <div class="do">${item.can_withdraw && html`<button type="button" class="button quiet" data-act="withdraw" data-id="${item.id}"
      aria-label="${t("withdraw.short")}${t("colon")}${item.title}">${t("withdraw.short")}</button>`}</div></li>`;
}
