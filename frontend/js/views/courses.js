/* The teacher's own courses: what I am enrolled in, what is over, and the way out while there is one. */
import { get } from "../api.js";
import { clock, credits, day, days, moment } from "../fmt.js";
import { html, listen, render } from "../html.js";
import { t } from "../i18n.js";
import { link } from "../router.js";
import { load, region } from "../store.js";
import { badge, empty, heading, more, region as show, skeleton } from "../ui/parts.js";
import { withdraw } from "./menu.js";

const TONES = { enrolled: "ok", completed: "ok", not_completed: "warn", withdrawn: "calm" };

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
  const session = item.first_session;
  const may = item.can_withdraw ?? ["enrolled", "waiting"].includes(item.state);
  return html`<li class="course short" data-key="${item.id}"><div class="about"><h2>${item.title}</h2>
    <p class="soft facts">${item.starts_on && html`<span>${days(item.starts_on, item.ends_on)}</span>`}
      ${session && html`<span>${day(session.starts_at)} ${clock(session.starts_at, session.ends_at)}</span>
        <span>${session.place}</span>`}
      <span>${t("courses.since", { at: moment(item.enrolled_at) })}</span></p>
    <p class="badges">${badge(TONES[item.state] ?? "calm", t(`enrollment.${item.state}`))}</p></div>
    ${item.credits && html`<p class="worth">${credits(item.credits)}</p>`}
    <div class="do">${may && html`<button type="button" class="button quiet" data-act="withdraw" data-id="${item.id}">${
      t("withdraw.short")}<span class="sr">${t("colon")}${item.title}</span></button>`}</div></li>`;
}
