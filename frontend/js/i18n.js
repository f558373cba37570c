/* Words in the reader's language. zh-CN is the source; a key missing from another language shows Chinese. */
import { preferences } from "./store.js";

let words = {};
let plurals = new Intl.PluralRules("zh-CN");

export async function loadLanguage() {
  const { default: source } = await import("../i18n/zh-CN.js");
  const chosen = preferences.language === "en" ? (await import("../i18n/en.js")).default : {};
  words = { ...source, ...chosen };
  plurals = new Intl.PluralRules(preferences.language);
  document.documentElement.lang = preferences.language;
}

export const known = (key) => key in words;

/** "{n} {n|course|courses}" -> pieces, values kept as they are (text or Markup). */
function pieces(key, values) {
  return (words[key] ?? key).split(/(\{[^}]+\})/).map((part) => {
    if (!part.startsWith("{")) return part;
    const [name, one, many] = part.slice(1, -1).split("|");
    if (one === undefined) return values[name] ?? "";
    return plurals.select(Number(values[name])) === "one" ? one : many;
  });
}

/** The sentence as text. */
export const t = (key, values = {}) => pieces(key, values).join("");

/** The sentence as a list for `html`, when a value is Markup. */
export const tm = pieces;

/** What to say about a problem: our words by its code, else the server's. */
export function explain(problem) {
  const key = `problem.${problem.code}`;
  const title = known(key) ? t(key, problem) : problem.title || t("problem.unknown");
  const wait = problem.retryAfter && t("problem.wait", { n: problem.retryAfter });
  const advice = wait || (known(`${key}.do`) ? t(`${key}.do`) : problem.detail);
  return { title, advice: advice === title ? null : advice };
}

/** A coded remark of the server ({code, title}): our words by the code, else its title. */
export const remark = ({ code, title }) => (known(`problem.${code}`) ? t(`problem.${code}`) : title);
