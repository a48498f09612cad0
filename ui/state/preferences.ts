/** What this browser remembers of its reader's wishes. */
import { type Signal, signal } from "@preact/signals";

/** `localStorage`, or what stands in for it. */
export type Memory = Pick<Storage, "getItem" | "setItem">;

/** Light, dark, or as the system has it. */
export const THEMES = ["auto", "light", "dark"] as const;
/** One of `THEMES`. */
export type Theme = typeof THEMES[number];

/** Share of the past in a smoothed curve; 0 shows the curve as it is. */
export const SMOOTHING = { least: 0, most: 0.99, step: 0.01, initial: 0.6 } as const;

/** What the reader has chosen, kept between visits. */
export interface Preferences {
  readonly theme: Signal<Theme>;
  readonly smoothing: Signal<number>;
  readonly logScale: Signal<boolean>;
}

/** Reads the preferences and writes back each change; what cannot be read is as if never set. */
export function rememberPreferences(memory: Memory): Preferences {
  return {
    theme: remembered(memory, "theme", "auto", (value) => THEMES.find((theme) => theme === value)),
    smoothing: remembered(memory, "smoothing", SMOOTHING.initial, (value) => {
      const known = typeof value === "number" && value >= SMOOTHING.least &&
        value <= SMOOTHING.most;
      return known ? value : undefined;
    }),
    logScale: remembered(memory, "log-scale", false, (value) => value === true),
  };
}

/** A signal that starts as `memory` has it under `name` and is written back at each change. */
export function remembered<T>(
  memory: Memory,
  name: string,
  initial: T,
  parse: (value: unknown) => T | undefined,
): Signal<T> {
  const key = `atelier.${name}`;
  const value = signal(parse(read(memory, key)) ?? initial);
  let first = true;
  value.subscribe((now) => {
    if (!first) write(memory, key, now);
    first = false;
  });
  return value;
}

function read(memory: Memory, key: string): unknown {
  try {
    return JSON.parse(memory.getItem(key) ?? "null");
  } catch {
    return null; // written by somebody else, or storage is forbidden
  }
}

function write(memory: Memory, key: string, value: unknown): void {
  try {
    memory.setItem(key, JSON.stringify(value));
  } catch {
    // A browser may forbid or fill its storage: the wish then lasts as long as the page.
  }
}
