/* Hash routes: which page an address shows, who may see it, and what happens on the way from one to the next. */
import { t } from "./i18n.js";
import { has, session, tell } from "./store.js";

export const REVIEWERS = ["school_clerk", "county_reviewer", "city_auditor", "administrator"];
const TEACHER = ["teacher"];
const UNITS = ["school_clerk", "county_reviewer", "city_auditor", "teacher_office", "supervisor", "administrator"];
const PAGELESS = ["provider_staff", "finance", "administrator"];

const ROUTES = [
  { path: "/home", view: () => import("./views/home.js"), roles: TEACHER, icon: "home", label: "nav.home" },
  { path: "/menu", view: () => import("./views/menu.js"), roles: TEACHER, icon: "menu", label: "nav.menu" },
  { path: "/courses", view: () => import("./views/courses.js"), roles: TEACHER, icon: "book", label: "nav.courses" },
  { path: "/credits", view: () => import("./views/credits.js"), roles: TEACHER, icon: "shield", label: "nav.credits" },
  { path: "/review", view: () => import("./views/review.js"), roles: REVIEWERS, icon: "inbox", label: "nav.review", counted: true },
  { path: "/reports", view: () => import("./views/reports.js"), roles: UNITS, icon: "book", label: "nav.reports" },
  { path: "/start", view: () => import("./views/start.js"), roles: PAGELESS, icon: "home", label: "nav.start" },
  { path: "/plan", view: () => import("./views/plan.js"), roles: TEACHER },
  { path: "/claims/:id", view: () => import("./views/claim.js"), roles: [...TEACHER, ...REVIEWERS] },
  { path: "/me", view: () => import("./views/me.js"), icon: "user", label: "nav.me" },
  { path: "/password", view: () => import("./views/password.js") },
];

const allows = (route) => !route.roles || has(...route.roles);

/** The pages of the viewer for the navigation. The account stands in its own menu too, so a long list leaves it out. */
export function destinations() {
  const mine = ROUTES.filter((route) => route.label && allows(route));
  return mine.length > 4 ? mine.filter((route) => route.path !== "/me") : mine;
}

export const link = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return `#${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
};

export function here() {
  const [path, search = ""] = location.hash.slice(1).split("?");
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(search)) };
}

let visit = 0;
const scrolled = new Map();
let shown = { view: null, path: null, stop: () => {} };

/** Go to a page. `replace` for what is no step of its own, such as a letter typed into a search. */
export function go(path, query = {}, { replace = false } = {}) {
  const state = { visit: replace ? visit : (visit = Date.now()) };
  history[replace ? "replaceState" : "pushState"](state, "", link(path, query));
  return open();
}

function pageFor(path) {
  if (!session.me && path === "/activate") return { view: () => import("./views/password.js"), path };
  if (!session.me || session.expired) return { view: () => import("./views/sign-in.js"), path: "sign-in" };
  if (session.me.must_change_password) return { view: () => import("./views/password.js"), path: "must-change" };
  for (const route of ROUTES) {
    const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const found = new RegExp(`^${route.path.replace(/:\w+/g, "([\\w-]+)")}$`).exec(path);
    if (!found) continue;
    if (!allows(route)) return problemPage("forbidden");
    return { ...route, path, params: Object.fromEntries(names.map((name, index) => [name, found[index + 1]])) };
  }
  return problemPage("not_found");
}

const problemPage = (code) => ({ view: () => import("./views/problem.js"), path: code, params: { code } });

/** Show what the address asks for. A change of the query alone goes to the page that is open already. */
export async function open({ afresh = false } = {}) {
  const { path, query } = here();
  if (path === "/" && session.me) return go(destinations()[0].path, {}, { replace: true });
  const page = pageFor(path);
  if (page.path === shown.path && !afresh) return shown.view?.update?.(query, page.params);
  shown.stop();
  const controller = new AbortController();
  const mine = { view: null, path: page.path, stop: () => { controller.abort(); mine.view?.stop(); } };
  const first = shown.path === null;
  shown = mine;
  let view;
  try {
    view = await page.view();
  } catch {
    page.params = { code: "network" };
    view = await import("./views/problem.js");
  }
  if (shown === mine) show(mine, view, query, page.params ?? {}, controller.signal, first);
}

function show(mine, view, query, params, signal, first) {
  const main = document.getElementById("main");
  mine.view = view;
  document.title = `${view.title(params)} · ${t("product")}`;
  tell("page", mine.path);
  main.replaceChildren();
  view.mount(main, query, params, signal);
  if (!first) main.querySelector("h1")?.focus({ preventScroll: true });
  window.scrollTo(0, scrolled.get(visit) ?? 0);
}

/** Start listening to the address bar, the back button and the end of the session. */
export function start() {
  history.scrollRestoration = "manual";
  visit = history.state?.visit ?? 0;
  addEventListener("scroll", () => scrolled.set(visit, scrollY), { passive: true });
  addEventListener("popstate", () => {
    if (!history.state) history.replaceState({ visit: Date.now() }, "");
    ({ visit } = history.state);
    open();
  });
  return open();
}
