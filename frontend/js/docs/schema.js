/* A schema of the contract as a list of its fields, and an example that fits it. */
import { element, prose } from "./element.js";
import { words } from "./words.js";

const LONGEST_PATTERN = 60;
const DEEPEST = 5;
const SAMPLES = {
  uuid: "01a2015e-7b1c-7d3a-9c55-0f6f3c1b2a10", date: "2026-10-25", "date-time": "2026-10-25T01:30:00Z", binary: "<file>",
};

export class Schemas {
  constructor(contract) { this.known = contract.components.schemas; }

  /** The schema behind a reference, with the name it is known by. */
  resolve(schema) {
    if (!schema.$ref) return schema;
    const name = schema.$ref.split("/").pop();
    return { name, ...this.known[name], ...(schema.description && { description: schema.description }) };
  }

  /** What may stand there but null. */
  options(schema) {
    const one = this.resolve(schema);
    const some = (one.anyOf ?? one.oneOf ?? []).filter((option) => option.type !== "null");
    return some.length ? some.map((option) => this.resolve(option)) : [one];
  }

  /** "BatchItem[]", "string · uuid", "string · ≤ 36" */
  type(schema) {
    return this.options(schema).map((one) => {
      if (one.enum ?? one.const) return [one.enum ?? one.const].flat().join(" | ");
      if (one.type === "array") return `${this.type(one.items ?? {})}[]`;
      const pattern = one.pattern?.length <= LONGEST_PATTERN ? one.pattern : null;
      const facts = [one.type === "object" && one.name ? one.name : one.type, one.format, pattern, ...bounds(one)];
      return facts.filter(Boolean).join(" · ") || "any";
    }).join(words.or);
  }

  /** The fields of an object, or of the objects in a list, each with its own fields below it. */
  fields(schema, above = []) {
    const inner = this.options(schema).map((one) => (one.type === "array" ? this.options(one.items ?? {})[0] : one));
    const objects = inner.filter((one) => one.properties && !above.includes(one.name));
    if (!objects.length || above.length > DEEPEST) return null;
    return objects.map((one) => element("ul", { class: "fields" }, Object.entries(one.properties).map(([name, property]) =>
      this.field(name, property, one.required?.includes(name), [...above, one.name]))));
  }

  field(name, schema, required, above = []) {
    const { description } = this.resolve(schema);
    const must = required ? element("span", { class: "must" }, words.required) : null;
    return element("li", {},
      element("p", {}, element("code", { class: "name" }, name), " ", must, " ", element("span", { class: "sub" }, this.type(schema))),
      description ? element("p", { class: "sub" }, prose(description)) : null,
      this.fields(schema, above));
  }

  /** Something that this schema would accept. */
  sample(schema, depth = 0) {
    const [one] = this.options(schema);
    const given = [...(one.examples ?? []), one.default, ...(one.enum ?? [])].find((value) => value !== undefined && value !== null);
    if (given !== undefined) return given;
    if (one.type === "array") return depth > DEEPEST ? [] : [this.sample(one.items ?? {}, depth + 1)];
    if (one.properties) {
      const needed = Object.entries(one.properties).filter(([name]) => one.required?.includes(name));
      return Object.fromEntries(needed.map(([name, property]) => [name, this.sample(property, depth + 1)]));
    }
    return { integer: one.minimum ?? 1, number: 1, boolean: true }[one.type] ?? SAMPLES[one.format] ?? "…";
  }
}

const bounds = ({ minimum, maximum, maxLength, maxItems }) =>
  [["≥", minimum], ["≤", maxLength ?? maxItems ?? maximum]].map(([sign, bound]) => (bound === undefined ? null : `${sign} ${bound}`));
