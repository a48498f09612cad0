/** State that lives in the address: shared by sharing it, and brought back by "back". */
import { computed, type ReadonlySignal } from "@preact/signals";
import { formatQuery, type HistoryMode, parseQuery, type Router } from "../router.ts";

/** How a value is written in a query. */
export interface QueryCodec<T> {
  /** Of a text in the address, which anybody may have written. */
  parse(text: string): T;
  format(value: T): string;
}

/** One named value of the query. Equal texts give the same value, so that its readers rest. */
export interface QueryField<T> {
  readonly name: string;
  readonly value: ReadonlySignal<T>;
  /** Writes the value; what is at its default is left out of the address. */
  set(value: T, mode?: HistoryMode): void;
}

/** Changes several values at one go; null or an empty text takes one out. */
export function editQuery(
  router: Router,
  changes: Readonly<Record<string, string | null>>,
  mode: HistoryMode = "replace",
): void {
  const values = new Map(parseQuery(router.query.value));
  for (const [name, text] of Object.entries(changes)) {
    if (text === null || text === "") values.delete(name);
    else values.set(name, text);
  }
  router.setQuery(formatQuery(values), mode);
}

/** A value under `name` in the router's query; `initial` where the query has none. */
export function queryField<T>(
  router: Router,
  name: string,
  codec: QueryCodec<T>,
  initial: T,
): QueryField<T> {
  const text = computed(() => parseQuery(router.query.value).get(name) ?? "");
  return {
    name,
    value: computed(() => text.value === "" ? initial : codec.parse(text.value)),
    set(value, mode = "replace") {
      const written = codec.format(value);
      editQuery(router, { [name]: written === codec.format(initial) ? null : written }, mode);
    },
  };
}

/** Where a number may lie, and where it is when nothing is said. */
export interface NumberBounds {
  readonly initial: number;
  readonly least: number;
  readonly most: number;
}

/** A number within bounds; anything else is `initial`. Written with at most `decimals` decimals. */
export function numberCodec(
  { initial, least, most, decimals = 0 }: NumberBounds & { readonly decimals?: number },
): QueryCodec<number> {
  return {
    parse(text) {
      const value = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
      if (!Number.isFinite(value)) return initial;
      return Number(Math.min(most, Math.max(least, value)).toFixed(decimals));
    },
    format: (value) => String(Number(value.toFixed(decimals))),
  };
}

/** One of a few words; anything else is the first. */
export function wordCodec<const W extends string>(words: readonly [W, ...W[]]): QueryCodec<W> {
  return {
    parse: (text) => words.find((word) => word === text) ?? words[0],
    format: (value) => value,
  };
}

/** Whether something is so: `1`. */
export const yesCodec: QueryCodec<boolean> = {
  parse: (text) => text === "1",
  format: (value) => value ? "1" : "",
};

/** Makes a router's fields for numbers. */
export function numberFields(
  router: Router,
): (name: string, bounds: NumberBounds, decimals?: number) => QueryField<number> {
  return (name, bounds, decimals = 0) =>
    queryField(router, name, numberCodec({ ...bounds, decimals }), bounds.initial);
}
