/* The documentation of the API, drawn from the contract that this server answers with. */
import { applyPreferences, preferences } from "../store.js";
import { element } from "./element.js";
import { line, operationsOf } from "./operation.js";
import { Schemas } from "./schema.js";
import { words } from "./words.js";

const SOURCE = `${document.querySelector('meta[name="xuefen-api"]').content}/openapi.json`;
const root = document.getElementById("docs");
applyPreferences();
document.documentElement.lang = preferences.language;
document.title = `${words.title} · 研训学分`;

try {
  const answer = await fetch(SOURCE);
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  draw(await answer.json());
} catch (error) {
  root.replaceChildren(element("h1", {}, words.title),
    element("p", { class: "alert bad", role: "alert" }, element("span", {}, words.failed)),
    element("p", {}, element("a", { class: "button", href: "" }, words.reload)));
  throw error;
}

function draw(contract) {
  const schemas = new Schemas(contract);
  const operations = operationsOf(contract).map((one) => ({ ...one, line: line(one, schemas) }));
  const groups = [...new Set(operations.map(({ tag }) => tag))].map((tag) => {
    const own = operations.filter((one) => one.tag === tag);
    const inside = [element("h2", {}, tag), ...own.map((one) => one.line)];
    return { tag, own, section: element("section", { id: `tag-${tag}`, class: "group" }, inside) };
  });
  const count = element("p", { class: "sub", role: "status" });
  const none = element("p", { class: "empty", hidden: true }, words.none);
  const field = element("input", { type: "search", id: "find", autocomplete: "off", spellcheck: "false" });
  const filter = () => {
    const wanted = field.value.trim().toLowerCase().split(/\s+/);
    for (const one of operations) one.line.hidden = !wanted.every((word) => one.text.includes(word));
    for (const { own, section } of groups) section.hidden = own.every((one) => one.line.hidden);
    const shown = operations.filter((one) => !one.line.hidden).length;
    count.textContent = words.found(shown);
    none.hidden = shown > 0;
  };
  // An input method that is still composing has not said a word yet.
  field.addEventListener("input", (event) => { if (!event.isComposing) filter(); });
  field.addEventListener("compositionend", filter);
  root.replaceChildren(
    element("div", { class: "heading" }, element("h1", {}, words.title), element("a", { class: "link", href: SOURCE }, words.source)),
    element("p", { class: "soft" }, words.intro),
    element("div", { class: "field" }, element("label", { for: "find" }, words.search), field),
    count,
    element("div", { class: "layout" },
      element("nav", { "aria-label": words.groups, class: "groups" },
        groups.map(({ tag, own }) => element("a", { href: `#tag-${tag}` }, tag, " ", element("small", {}, own.length)))),
      element("div", { id: "operations" }, groups.map(({ section }) => section), none)));
  filter();
  addEventListener("hashchange", openNamed);
  openNamed();
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.nodeName === "DETAILS") named.open = true;
  named?.scrollIntoView();
}
