/* One operation of the contract: a line that opens to its parameters, request and responses. */
import { element, prose } from "./element.js";
import { words } from "./words.js";

const METHODS = ["get", "post", "put", "patch", "delete"];
const COLOURS = { get: "info", post: "ok", put: "warn", patch: "warn", delete: "bad" };
const CALLERS = { OAuth2PasswordBearer: "user", Platform: "platform", Client: "client" };

/** Every operation, in the order of the contract: { id, tag, method, path, spec, text }. */
export function operationsOf(contract) {
  return Object.entries(contract.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => {
    const spec = item[method];
    const answers = Object.values(spec.responses).map((answer) => answer.description);
    const text = [method, path, spec.operationId, spec.summary, spec.description, ...answers].join(" ").toLowerCase();
    return { id: spec.operationId, tag: spec.tags?.[0] ?? "health", method, path, spec, text };
  }));
}

/** Its line; what it opens to is made when it is opened first. */
export function line(operation, schemas) {
  const { id, method, path, spec } = operation;
  const callers = (spec.security ?? []).flatMap(Object.keys).map((scheme) => words[CALLERS[scheme]] ?? scheme);
  const made = element("details", { id, class: "operation card" },
    element("summary", {},
      element("span", { class: `badge method ${COLOURS[method]}` }, method.toUpperCase()),
      element("code", { class: "address" }, path),
      element("span", { class: "about" }, spec.summary ?? ""),
      element("span", { class: "sub" }, callers.join(words.or) || words.open)));
  made.addEventListener("toggle", () => {
    if (made.open && made.childElementCount === 1) made.append(content(operation, schemas));
  });
  return made;
}

function content({ id, spec }, schemas) {
  return element("div", { class: "content" },
    spec.description ? element("p", {}, prose(spec.description)) : null,
    element("p", { class: "sub" }, element("a", { href: `#${id}` }, element("code", {}, id))),
    part(words.parameters, spec.parameters?.length ? parameters(spec.parameters, schemas) : null),
    part(words.body, spec.requestBody ? bodies(spec.requestBody, schemas) : null),
    part(words.answers, Object.entries(spec.responses).map(([status, answer]) => response(status, answer, schemas))));
}

const part = (title, children) => (children ? element("section", {}, element("h3", {}, title), children) : null);
function parameters(list, schemas) {
  return element("ul", { class: "fields" }, list.map(({ name, in: place, required, schema, description }) => {
    const row = schemas.field(name, { ...schema, description }, required);
    row.firstChild.append(" ", element("span", { class: "must" }, words[place] ?? place));
    return row;
  }));
}

function bodies({ content: media }, schemas) {
  return Object.entries(media).flatMap(([type, { schema }]) => [
    element("p", { class: "sub" }, element("code", {}, type), " ", schemas.type(schema)),
    element("p", {}, prose(schemas.resolve(schema).description ?? "")),
    ...(schemas.fields(schema) ?? []),
    type.endsWith("json") ? example(schemas.sample(schema)) : null]);
}

const example = (value) => element("pre", { tabindex: "0", role: "group", "aria-label": words.example },
  element("code", {}, JSON.stringify(value, null, 2)));

function response(status, { description, content: media = {} }, schemas) {
  const badge = element("span", { class: `badge ${status < 300 ? "ok" : "bad"}` }, status);
  if (status >= 300) return element("div", {}, element("p", { class: "answer" }, badge), problems(description));
  const [type, { schema } = {}] = Object.entries(media)[0] ?? [];
  const fields = schema && schemas.fields(schema);
  return element("div", {},
    element("p", { class: "answer" }, badge, " ", element("code", {}, type ?? ""), " ", schema ? schemas.type(schema) : ""),
    fields ? element("details", { class: "shape" }, element("summary", {}, words.fields), fields) : null);
}

/** "`run_full` 名额已满；`closed` 已截止" as a list. */
const problems = (description) => element("ul", { class: "problems" }, description.split("；`").map((one, index) =>
  element("li", {}, prose(index ? `\`${one}` : one))));
