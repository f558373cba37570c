/* What the page remembers: preferences for good, drafts for this tab, the session and answers in memory only. */

export const bus = new EventTarget();
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

export function stored(area, key) {
  try { return JSON.parse(area.getItem(key)); } catch { return null; }
}
export function keep(area, key, value) {
  // Private windows may refuse storage; the page works without.
  try { value === null ? area.removeItem(key) : area.setItem(key, JSON.stringify(value)); } catch { /* see above */ }
}

const wantsEnglish = !navigator.language.startsWith("zh");
export const preferences = {
  theme: "system", large: false, shortcuts: true, language: wantsEnglish ? "en" : "zh-CN",
  ...stored(localStorage, "xuefen.preferences"),
};
export function prefer(changes) {
  Object.assign(preferences, changes);
  keep(localStorage, "xuefen.preferences", preferences);
  applyPreferences();
}

const dark = matchMedia("(prefers-color-scheme: dark)");
export function applyPreferences() {
  const theme = preferences.theme === "system" ? (dark.matches ? "dark" : "light") : preferences.theme;
  document.documentElement.dataset.theme = theme;
  document.documentElement.classList.toggle("large", preferences.large);
  tell("preferences");
}
dark.addEventListener("change", applyPreferences);

/** Who is signed in, as GET /me says; null for nobody. `expired`: that person must sign in again to go on. */
export const session = { me: null, expired: false };
export const has = (...roles) => session.me?.bindings.some((binding) => roles.includes(binding.role)) ?? false;

/** Only a browser that has signed in before asks for a new token at start. */
export const cameBefore = () => stored(localStorage, "xuefen.session") === true;
export const rememberVisit = (yes) => keep(localStorage, "xuefen.session", yes || null);

/** Text a person typed, kept until it is sent: it survives an expired session, not a sign-out. */
export const draft = {
  read: (key) => stored(sessionStorage, `xuefen.draft.${session.me?.id}.${key}`) ?? {},
  write: (key, value) => keep(sessionStorage, `xuefen.draft.${session.me?.id}.${key}`, value),
};

const answers = new Map();

/** A region of a page: the answer it shows, what went wrong, whether it is asking. */
export const region = () => ({ key: null, data: null, error: null, busy: false, turn: 0 });

/** Ask for a region's answer. An earlier answer to the same question shows meanwhile and stays if asking fails;
    an answer that comes after a newer question is dropped. */
export async function load(part, key, ask, changed) {
  const turn = ++part.turn;
  if (part.key !== key) Object.assign(part, { previous: part.data, data: answers.get(key) ?? null, key });
  Object.assign(part, { busy: true, error: null });
  changed();
  try {
    const data = await ask();
    if (turn !== part.turn) return;
    answers.set(key, data);
    Object.assign(part, { data, error: null });
  } catch (error) {
    if (turn !== part.turn || error.name === "AbortError") return;
    part.error = error;
  }
  Object.assign(part, { busy: false, previous: null });
  changed();
}

/** What a question was answered with last, when it was asked before. */
export const answered = (key) => answers.get(key);

/** Forget everything that belongs to a person. */
export function forget() {
  session.me = null;
  answers.clear();
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("xuefen.draft.")) sessionStorage.removeItem(key);
  } catch { /* storage refused: nothing was kept */ }
  rememberVisit(false);
}
