/** What a schema accepts, in words: for help texts and for the sentence that refuses a value. */
import { z } from "zod";
import { nearest } from "../core/suggest.ts";

/** The parts of JSON Schema that settings use. */
interface JsonSchema {
  readonly type?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  /** In words, what text with a pattern looks like: a schema's `.meta({ form })`. */
  readonly form?: string;
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

/** The kinds of value a schema accepts, one entry each, without null. */
function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const all = schema.anyOf?.flatMap(alternatives) ?? [schema];
  return all.filter((one) => one.type !== "null");
}

/** The values a schema lists, or null where it gives a range or anything goes. */
export function choicesOf(schema: z.ZodType): readonly (string | number)[] | null {
  const choices: (string | number)[] = [];
  for (const one of alternatives(jsonSchema(schema))) {
    if (one.enum !== undefined) choices.push(...one.enum);
    else if (one.const !== undefined) choices.push(one.const);
    else return null;
  }
  return choices;
}

/** Whether text given for this schema is to be read as a number. */
export function isNumeric(schema: z.ZodType): boolean {
  return alternatives(jsonSchema(schema)).every((one) =>
    one.type === "number" || one.type === "integer"
  );
}

/** What a setting's schema says of it. */
export function descriptionOf(schema: z.ZodType): string | undefined {
  return jsonSchema(schema).description;
}

/** The schema's default as text, or undefined where it has none or the default is null. */
export function defaultOf(schema: z.ZodType): string | undefined {
  const value = jsonSchema(schema).default;
  return value === undefined || value === null ? undefined : String(value);
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(items: readonly (string | number)[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}

function range(schema: JsonSchema): string {
  // Past ±(2⁵³ − 1) lies what zod adds by itself to every whole number.
  const min = (schema.minimum ?? -Infinity) <= Number.MIN_SAFE_INTEGER ? undefined : schema.minimum;
  const max = (schema.maximum ?? Infinity) >= Number.MAX_SAFE_INTEGER ? undefined : schema.maximum;
  const { exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const bounds = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return bounds.length === 0 ? "" : ` ${bounds.join(" and ")}`;
}

/** What is expected, as the object of "takes": `a whole number from 0 to 256`, `webgpu or cpu`. */
export function expectation(schema: z.ZodType): string {
  const choices = choicesOf(schema);
  if (choices !== null) return orList(choices);
  return orList(
    alternatives(jsonSchema(schema)).map((one) => {
      if (one.type === "integer") return `a whole number${range(one)}`;
      if (one.type === "number") return `a number${range(one)}`;
      if (one.type === "boolean") return "true or false";
      return one.form ?? "some text";
    }),
  );
}

/** How a value looks in an error: text quoted, long values cut. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}

/** The sentence that refuses `value` for what the user calls `name`. */
export function refusal(name: string, schema: z.ZodType, value: unknown): string {
  const meant = typeof value === "string"
    ? nearest(value, (choicesOf(schema) ?? []).map(String))
    : null;
  const hint = meant === null ? "" : `; did you mean ${meant}?`;
  return `${name} takes ${expectation(schema)}, got ${shown(value)}${hint}`;
}
