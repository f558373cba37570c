/* What stands round every page: top bar, navigation, the notice that the network is gone, the toast. */
import { signOut } from "../api.js";
import { html, listen, render } from "../html.js";
import { explain, t } from "../i18n.js";
import { destinations, here, link } from "../router.js";
import { bus, prefer, preferences, session, tell } from "../store.js";
import { icon } from "./parts.js";

const TOAST_MS = 8_000;
const state = { badge: 0, toast: null };
let timer;

const signedIn = () => session.me && !session.expired;

function account() {
  const { me } = session;
  const place = me.bindings[0]?.organisation.name;
  return html`<details class="account" data-key="account">
    <summary aria-label="${t("shell.account", { name: me.name })}">
      <span class="avatar" aria-hidden="true">${[...me.name][0]}</span>
      <span class="who"><b>${me.name}</b><small>${place}</small></span></summary>
    <div class="drop"><p><b>${me.name}</b><small>${place}</small></p>
      <a href="${link("/me")}">${icon("user")}${t("nav.me")}</a>
      <button type="button" data-act="language">${t("shell.language")}</button>
      <button type="button" data-act="leave">${icon("back")}${t("shell.sign_out")}</button></div></details>`;
}

function topBar() {
  const { theme } = document.documentElement.dataset;
  return html`<header class="top${signedIn() ? " known" : ""}" data-key="top"><a class="brand" href="#/">
      <svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="9"/>
        <path d="M12 3a9 9 0 1 1-8.6 6.3"/></svg>
      <span>${t("product")}</span></a>
    <button type="button" class="tool" data-act="large" aria-pressed="${String(preferences.large)}">${t("shell.large")}</button>
    <button type="button" class="tool lang" data-act="language" lang="${preferences.language === "en" ? "zh-CN" : "en"}">${
      t("shell.other_language")}</button>
    <button type="button" class="tool" data-act="theme" aria-label="${t(`shell.to_${theme === "dark" ? "light" : "dark"}`)}">${
      icon(theme === "dark" ? "sun" : "moon")}</button>
    ${signedIn() && account()}</header>`;
}

function navigation() {
  const { path } = here();
  const entry = (page) => html`<li><a href="${link(page.path)}"${page.path === path && html` aria-current="page"`}>
    ${icon(page.icon)}<span>${t(page.label)}</span>${page.counted && state.badge > 0
      && html`<b class="count"><span class="sr">${t("shell.waiting")}</span>${state.badge}</b>`}</a></li>`;
  return html`<nav class="nav" data-key="nav" aria-label="${t("shell.navigation")}"><ul>${destinations().map(entry)}</ul></nav>`;
}

function toastBar() {
  if (!state.toast) return null;
  const { message, label } = state.toast;
  return html`<div class="toast">${icon("check")}<p>${message}</p>
    ${label && html`<button type="button" class="link" data-act="toast-do">${label}</button>`}
    <button type="button" class="plain" data-act="toast-close" aria-label="${t("shell.close")}">${icon("close")}</button></div>`;
}

/** Draw the frame again; the page inside `main` is left alone. */
export function drawShell() {
  const inside = signedIn() && !session.me.must_change_password;
  render(document.getElementById("app"), html`<a class="skip" href="#main" data-act="skip" data-key="skip">${t("shell.skip")}</a>
    ${topBar()}
    <div class="frame${inside ? "" : " alone"}" data-key="frame">${inside && navigation()}
      <div class="page" data-key="page">
        <div role="status" data-key="network">${!navigator.onLine
          && html`<p class="offline">${icon("alert")}${t("shell.offline")}</p>`}</div>
        <main id="main" tabindex="-1" data-own></main></div></div>
    <div id="toasts" role="status" data-key="toasts">${toastBar()}</div>`);
}

/** Say that something is done. `label` and `run`: the way back, only where there is one. */
export function toast(message, { label, run } = {}) {
  state.toast = { message, label, run };
  drawShell();
  rest();
}

function rest() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const bar = document.querySelector(".toast");
    if (bar?.matches(":hover, :focus-within")) rest();
    else hideToast();
  }, TOAST_MS);
}

function hideToast() { state.toast = null; drawShell(); }

export function badge(count) {
  if (state.badge === count) return;
  state.badge = count;
  drawShell();
}

const acts = {
  skip(_link, event) { event.preventDefault(); document.getElementById("main").focus(); },
  large() { prefer({ large: !preferences.large }); },
  theme() { prefer({ theme: document.documentElement.dataset.theme === "dark" ? "light" : "dark" }); },
  language() { prefer({ language: preferences.language === "en" ? "zh-CN" : "en" }); tell("language"); },
  async leave() {
    try { await signOut(); } catch (problem) { toast(`${t("shell.not_signed_out")}${t("stop")}${explain(problem).title}`); }
  },
  "toast-close": hideToast,
  "toast-do"() { const { run } = state.toast; hideToast(); run(); },
};

function closeAccount(event) {
  const menu = document.querySelector("details.account[open]");
  if (!menu || (event.type === "click" && menu.contains(event.target) && !event.target.closest("a, button"))) return;
  if (event.type === "click" && event.target.closest("summary")) return;
  if (event.type === "keydown" && event.key !== "Escape") return;
  if (event.type === "keydown") menu.querySelector("summary").focus();
  menu.open = false;
}

export function startShell() {
  const app = document.getElementById("app");
  app.replaceChildren();
  listen(app, acts);
  document.addEventListener("click", closeAccount);
  document.addEventListener("keydown", closeAccount);
  addEventListener("online", drawShell);
  addEventListener("offline", drawShell);
  bus.addEventListener("preferences", drawShell);
  bus.addEventListener("page", drawShell);
  bus.addEventListener("signed-out", () => { state.badge = 0; });
}
