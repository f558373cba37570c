/* The only module that calls fetch. The access token lives in this module's memory; the refresh token is an
   HttpOnly cookie that no script sees. */
import { cameBefore, forget, keep, rememberVisit, session, stored, tell } from "./store.js";

const BASE = document.querySelector('meta[name="xuefen-api"]').content;
const PATIENCE_MS = 20_000;
const LONGEST_WAIT_S = 5;

/** A refusal of the API (RFC 9457), or `network` when no answer came. */
export class Problem extends Error {
  constructor(status, body, retryAfter = null) {
    super(body.title ?? body.code);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? (status >= 500 ? "server_error" : `http_${status}`);
    this.title = body.title ?? null;
    this.detail = body.detail ?? null;
    this.errors = body.errors ?? [];
    this.retryAfter = retryAfter;
  }
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

let token = null;
let refreshing = null;
const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("xuefen") : null;
// Another tab signed out: this one must not go on showing that person's data.
channel?.addEventListener("message", () => { if (session.me) leave("signed_out"); });

async function send(method, path, { query, body, form, version, signal, file } = {}) {
  const headers = { Accept: file ? "*/*" : "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (version !== undefined) headers["If-Match"] = `"${version}"`;
  if (body) headers["Content-Type"] = "application/json";
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(abort, PATIENCE_MS);
  try {
    const response = await fetch(address(path, query), {
      method, headers, signal: controller.signal, credentials: "include", cache: "no-store",
      body: form ? new URLSearchParams(form) : body && JSON.stringify(body),
    });
    if (file && response.ok) return { content: await response.blob(), name: named(response.headers.get("Content-Disposition")) };
    return await read(response);
  } catch (error) {
    if (error instanceof Problem || signal?.aborted) throw error;
    throw new Problem(0, { code: "network" });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return BASE + path + (given.length ? `?${new URLSearchParams(given)}` : "");
}

/** A file of the API, kept by the browser under the name that the API gives it. */
export async function download(path, query) {
  const file = await request("GET", path, { query, file: true });
  const url = URL.createObjectURL(file.content);
  const anchor = Object.assign(document.createElement("a"), { href: url, download: file.name });
  anchor.click();
  URL.revokeObjectURL(url);
}

const named = (disposition) => decodeURIComponent(/filename\*=UTF-8''([^;]+)/.exec(disposition ?? "")?.[1] ?? "download");

async function read(response) {
  if (response.status === 204) return null;
  const text = await response.text();
  const body = response.headers.get("Content-Type")?.includes("json") ? JSON.parse(text) : {};
  if (response.ok) return body;
  throw new Problem(response.status, body, Number(response.headers.get("Retry-After")) || null);
}

/** One call, with a new access token when the old one has ended. A GET that is told to come back soon does so once;
    a POST is repeated only by the person, with the id its form was opened with. */
async function request(method, path, options) {
  if (!token) await refresh();
  const sent = token;
  try {
    return await send(method, path, options);
  } catch (problem) {
    if (problem.status === 401) {
      if (token === sent) await refresh();
    } else if (method === "GET" && [429, 503].includes(problem.status) && problem.retryAfter <= LONGEST_WAIT_S) {
      await pause((problem.retryAfter ?? 1) * 1000);
    } else throw problem;
    return send(method, path, options);
  }
}

export const get = (path, query, signal) => request("GET", path, { query, signal });
export const post = (path, body, version) => request("POST", path, { body, version });

/** A new access token from the refresh cookie; one at a time over all tabs, because each use spends the cookie. */
function refresh() {
  refreshing ??= oneTabAtATime(async () => {
    try {
      accept(await send("POST", "/auth/refresh"));
    } catch (problem) {
      if (problem.status === 401 || problem.status === 403) {
        rememberVisit(false);
        leave("expired");
      }
      throw problem;
    }
  }).finally(() => { refreshing = null; });
  return refreshing;
}

function oneTabAtATime(job) {
  if (navigator.locks) return navigator.locks.request("xuefen.refresh", job);
  return withStorageLock(job);
}

// navigator.locks needs HTTPS or localhost. On plain HTTP a stamp in localStorage does, and ends by itself.
async function withStorageLock(job) {
  const held = () => stored(localStorage, "xuefen.refreshing") > Date.now() - 5_000;
  while (held()) await pause(50 + Math.random() * 100);
  keep(localStorage, "xuefen.refreshing", Date.now());
  try { return await job(); } finally { keep(localStorage, "xuefen.refreshing", null); }
}

const subject = (jwt) => JSON.parse(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))).sub;

function accept(answer) {
  // Another person may have signed in in another tab: the cookie is theirs now, so start afresh as them.
  if (token && subject(token) !== subject(answer.access_token)) location.reload();
  token = answer.access_token;
  rememberVisit(true);
}

function leave(why) {
  token = null;
  // An expired session keeps its person and drafts in mind: signing in again goes on where it stopped.
  session.expired = why === "expired";
  if (why === "signed_out") forget();
  tell("signed-out", why);
}

export async function signIn(username, password) {
  token = null;
  accept(await send("POST", "/auth/token", { form: { grant_type: "password", username, password } }));
  await whoAmI();
}

/** Set the first password of an account with its one-time code; nobody is signed in by it. */
export const activate = (body) => send("POST", "/auth/activate", { body });

export async function whoAmI() {
  const me = await get("/me");
  if (session.me && session.me.id !== me.id) forget();
  Object.assign(session, { me, expired: false });
  rememberVisit(true);
}

/** Take up the session this browser had, if any. A network error is thrown, never taken for a sign-out. */
export async function resume() {
  if (!cameBefore()) return;
  try { await whoAmI(); } catch (problem) { if (problem.status !== 401 && problem.status !== 403) throw problem; }
}

export async function signOut() {
  await send("POST", "/auth/logout");
  channel?.postMessage("signed-out");
  leave("signed_out");
}

