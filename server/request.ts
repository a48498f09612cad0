/** Checks what comes in addresses, and words what is refused. */
import type { Context, Handler } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { parseStepName } from "../src/runs/run_folder.ts";

/** A whole number of the query, `min` to `max`. */
export function whole(min: number, max: number): z.ZodType<number, string> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return z.string().regex(/^\d{1,16}$/, expected).transform(Number)
    .refine((value) => value >= min && value <= max, expected);
}

/** The query, checked; throws 400 naming the first thing wrong with it. */
export function parseQuery<T>(c: Context, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(c.req.query());
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const name = String(path[0] ?? "");
  const what = name ? `"${name}=${c.req.query(name) ?? ""}"` : "the query";
  throw new HTTPException(400, { message: `Cannot read ${what} of ${c.req.path}: ${message}` });
}

/** The step in an address, written as the run's files are (`000500`); throws 404 for anything else. */
export function stepOf(text: string): number {
  const step = parseStepName(text);
  if (step === null) {
    throw notFound(`There is no step "${text}": expected six digits or more, such as 000500`);
  }
  return step;
}

/** 404, with the words to say. */
export function notFound(message: string): HTTPException {
  return new HTTPException(404, { message });
}

/** For `app.all` after a route's own methods: 405, and which methods there are. */
export function allowOnly(...methods: readonly string[]): Handler {
  return (c) => {
    const allowed = methods.join(", ");
    return c.json(
      { error: `Cannot ${c.req.method} ${c.req.path}: expected ${allowed}` },
      405,
      { allow: allowed },
    );
  };
}
