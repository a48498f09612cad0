/** Checking settings that people write, and saying what is wrong with them. */
import { z } from "zod";
import { nearest } from "../core/suggest.ts";

type FieldMap = Readonly<Record<string, z.ZodType>>;

/** Fields as a user may give them: each may be left out, and is then not filled in. */
export type Given<Fields extends FieldMap> = {
  [Key in keyof Fields]: z.ZodOptional<
    Fields[Key] extends z.ZodDefault<infer Inner extends z.ZodType> ? Inner : Fields[Key]
  >;
};

/**
 * The schema of what a user gives, from that of what a run records. It fills in no defaults, so that
 * what was left out can be told from what was asked for.
 */
export function givenSettings<Fields extends FieldMap>(
  fields: Fields,
): z.ZodObject<Given<Fields>, z.core.$strict> {
  const given = Object.entries(fields).map(([key, field]) => {
    const inner = field instanceof z.ZodDefault ? field.unwrap() as z.ZodType : field;
    return [key, inner.optional().describe(field.description ?? "")];
  });
  return z.strictObject(Object.fromEntries(given) as Given<Fields>);
}

/**
 * Parses settings. Throws a RangeError that begins with `failure` ("Cannot train a DCGAN") and names
 * each fault, what was expected, what came, and for an unknown name the nearest known one.
 */
export function parseSettings<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  given: unknown,
  failure: string,
): z.infer<z.ZodObject<Shape>> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const faults = parsed.error.issues.flatMap((issue) => describe(issue, given, known));
  throw new RangeError(`${failure}: ${faults.join("; ")}`);
}

function describe(issue: z.core.$ZodIssue, given: unknown, known: readonly string[]): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const meant = nearest(key, known);
      return `unknown setting "${key}"${meant === null ? "" : ` (did you mean "${meant}"?)`}`;
    });
  }
  const message = issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
  const name = issue.path.join(".");
  if (name === "") return [message];
  const value = (given as Record<string, unknown>)[name];
  if (value === undefined) return [`"${name}" is missing`];
  return [`"${name}": ${message}, got ${JSON.stringify(value)}`];
}

/**
 * The recorded settings with the given changes. Throws a RangeError where a change is not in `allowed`;
 * giving a setting its recorded value is no change.
 */
export function changeSettings<Config extends object>(
  recorded: Config,
  changes: Readonly<Record<string, unknown>>,
  allowed: ReadonlySet<string>,
): Config {
  const before = recorded as Record<string, unknown>;
  const refused = Object.entries(changes).filter(([key, value]) =>
    value !== before[key] && !allowed.has(key)
  );
  if (refused.length > 0) {
    const shown = refused.map(([key, value]) =>
      `"${key}" from ${JSON.stringify(before[key])} to ${JSON.stringify(value)}`
    );
    throw new RangeError(
      `Cannot resume with other settings: a resumed run cannot change ${shown.join(", ")}. ` +
        `It can change ${[...allowed].join(", ")}; for anything else start a new run`,
    );
  }
  return { ...recorded, ...changes };
}
