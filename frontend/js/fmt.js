/* Figures, dates and names for people. Office time is Asia/Shanghai whatever the device says. */
import { html } from "./html.js";
import { t } from "./i18n.js";
import { preferences } from "./store.js";

export const NONE = "--";

/** "7.20" -> 720: amounts are compared and added as integers in hundredths, never as floats. */
export function centi(amount) {
  const [whole, part = ""] = String(amount ?? "0").split(".");
  const sign = whole.startsWith("-") ? -1 : 1;
  return sign * (Math.abs(Number(whole)) * 100 + Number(part.padEnd(2, "0").slice(0, 2)));
}

/** 720 or "7.20" -> "7.2"; "54.00" -> "54"; nothing -> "--". */
export function amount(value) {
  if (value === null || value === undefined || value === "") return NONE;
  const text = typeof value === "number" ? (value / 100).toFixed(2) : String(value);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

const formatters = new Map();
function part(options, instant) {
  const key = preferences.language + JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(preferences.language, options));
  return formatters.get(key).format(instant);
}

// A date has no time zone: it is read and written as UTC so that no zone can move it.
const zone = (value) => (String(value).length === 10 ? "UTC" : "Asia/Shanghai");
const shown = (value, options) =>
  value ? part({ timeZone: zone(value), ...options }, new Date(value)) : NONE;

/** 2014年10月25日 */
export const date = (value) => shown(value, { year: "numeric", month: "long", day: "numeric" });
/** 10月25日 周六 */
export const day = (value) => `${shown(value, { month: "long", day: "numeric" })} ${weekday(value)}`;
export const weekday = (value) => shown(value, { weekday: "short" });
export const month = (value) => shown(value, { month: "short" });
export const dayNumber = (value) => shown(value, { day: "numeric" }).replace(/\D/g, "");
/** 14:00 */
export const time = (value) => shown(value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
/** 10月15日 09:25 */
export const moment = (value) =>
  value ? `${shown(value, { month: "long", day: "numeric" })} ${time(value)}` : NONE;
export const clock = (from, to) => (to ? `${time(from)}–${time(to)}` : time(from));
/** 2021–2027 */
export const years = ({ starts_on: from, ends_on: to }) => `${from.slice(0, 4)}–${to.slice(0, 4)}`;
/** 2026年8月28日 – 8月30日 */
export const period = (from, to) =>
  (to === from ? date(from) : `${date(from)} – ${shown(to, { month: "long", day: "numeric" })}`);
export const days = (from, to) => (to && to !== from ? `${day(from)} – ${day(to)}` : day(from));

/** <b>7.2</b> 学分 */
export const credits = (value) => html`<b>${amount(value)}</b> ${t("unit.credits", { n: amount(value) })}`;
