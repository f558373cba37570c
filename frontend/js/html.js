/* Text becomes markup here and nowhere else: what is interpolated is escaped unless it is Markup already,
   and the document takes it only through the Trusted Types policy `app`. Events come back by name. */

const policy = globalThis.trustedTypes?.createPolicy("app", { createHTML: (text) => text })
  ?? { createHTML: (text) => text };

class Markup {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" };
const OPENS_URL = /\b(?:href|src|action)="$/;

function piece(value) {
  if (value === null || value === undefined || typeof value === "boolean") return "";
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(piece).join("");
  return String(value).replace(/[&<>"'`]/g, (sign) => ENTITIES[sign]);
}

/** html`<b>${text}</b>` -> Markup. A value that fills a whole href, src or action passes safeUrl. */
export function html(strings, ...values) {
  let text = strings[0];
  values.forEach((value, index) => {
    text += piece(OPENS_URL.test(strings[index]) ? safeUrl(value) : value) + strings[index + 1];
  });
  return new Markup(text);
}

/** The address if a browser may be sent there, else "#": never javascript: or data:. */
export function safeUrl(url) {
  try {
    const { protocol } = new URL(String(url), location.href);
    return ["http:", "https:", "mailto:", "tel:"].includes(protocol) ? String(url) : "#";
  } catch {
    return "#";
  }
}

/** Make `root` show `markup`, touching only what changed: focus, scroll and open details survive. */
export function render(root, markup) {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(piece(markup));
  matchChildren(root, template.content);
}

// What has a key or an id is told from its neighbours: one of them that goes never takes it along, with what was typed.
const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") ?? node.getAttribute("id") : null);

function matchChildren(old, wanted) {
  const next = [...wanted.childNodes];
  const kept = new Set(next.map(keyOf));
  const keyed = new Map();
  for (const child of [...old.children]) {
    const key = keyOf(child);
    if (key !== null && !kept.has(key)) child.remove();
    else if (key !== null) keyed.set(key, child);
  }
  let at = old.firstChild;
  for (const node of next) {
    const key = keyOf(node);
    const twin = key === null ? at && keyOf(at) === null && at.nodeName === node.nodeName && at : keyed.get(key);
    if (!twin || twin.nodeName !== node.nodeName) { old.insertBefore(node, at); continue; }
    if (twin === at) at = at.nextSibling;
    else old.insertBefore(twin, at);
    match(twin, node);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
}

function match(old, wanted) {
  if (old.nodeType !== 1) { if (old.data !== wanted.data) old.data = wanted.data; return; }
  const typed = old.nodeName === "INPUT" && old.getAttribute("value") !== wanted.getAttribute("value");
  for (const { name } of [...old.attributes]) {
    // A reader opens and closes details and dialogs; the page does not.
    if (!wanted.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
  }
  // Never under the hands of someone who is typing.
  if (typed && old !== document.activeElement) old.value = wanted.getAttribute("value") ?? "";
  if (old.type === "checkbox") old.checked = wanted.hasAttribute("checked");
  // data-own: somebody else fills this element.
  if (!old.hasAttribute("data-own")) matchChildren(old, wanted);
  if (old.nodeName === "SELECT") old.value = old.querySelector("option[selected]")?.value ?? old.value;
}

/** Events by delegation: an element with data-act="name" calls acts.name(element, event).
    Forms answer to submit, fields to input or change, everything else to click. */
export function listen(root, acts, signal) {
  const answersTo = (element) => {
    if (element.nodeName === "FORM") return "submit";
    if (element.nodeName === "TEXTAREA" || ["search", "text", "password"].includes(element.type)) return "input";
    return element.matches("input, select") ? "change" : "click";
  };
  for (const type of ["click", "change", "input", "submit"]) {
    root.addEventListener(type, (event) => {
      const element = event.target.closest("[data-act]");
      if (!element || !root.contains(element) || answersTo(element) !== type) return;
      if (type === "submit" || element.nodeName === "BUTTON") event.preventDefault();
      acts[element.dataset.act]?.(element, event);
    }, { signal });
  }
}

/** Call `found` when typing pauses; never in the middle of an input method's composition. */
export function typing(found, pause = 300) {
  let timer;
  return (input, event) => {
    clearTimeout(timer);
    const settle = () => { timer = setTimeout(() => found(input.value.trim()), pause); };
    input.oncompositionend = settle;
    if (!event.isComposing) settle();
  };
}
