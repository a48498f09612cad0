/** Which checkpoints stand side by side, and at which steps: pure rules, over lists. */
import { formatAddress, parseAddress } from "../../lab.ts";

/** Panels that stand side by side. */
export const MOST_PANELS = 4;

/** The names of the places, from the left; panels that the reader chooses are at most `MOST_PANELS` of them. */
export const LETTERS = ["A", "B", "C", "D", "E", "F"] as const;
/** One of `LETTERS`. */
export type Letter = typeof LETTERS[number];

/** What a panel is asked to show. */
export interface PanelAddress {
  /** A run's id, the beginning or end of one, or `latest`. */
  readonly run: string;
  /** Locked at this step, or at the run's best; null follows the slider. */
  readonly step: number | "best" | null;
}

/** Reads `run@500,run@best,run`. What is no address is left out; so is what comes after the fourth. */
export function parsePanels(text: string): readonly PanelAddress[] {
  return text.split(",").flatMap((part): PanelAddress[] => {
    try {
      const { run, step } = parseAddress(part);
      return [{ run, step }];
    } catch {
      return []; // an empty list, or something that nobody could mean
    }
  }).slice(0, MOST_PANELS);
}

/** The text that `parsePanels` reads back. */
export function formatPanels(panels: readonly PanelAddress[]): string {
  return panels.map(({ run, step }) => formatAddress({ run, step, seed: null })).join(",");
}

/** The id that a panel's run stands for; null for none, or for several. Ids sort by date. */
export function resolveRun(text: string, ids: readonly string[]): string | null {
  if (ids.includes(text)) return text;
  if (text === "latest") return ids.toSorted().at(-1) ?? null;
  const near = ids.filter((id) => id.startsWith(text) || id.endsWith(text));
  return near.length === 1 ? near[0]! : null;
}

/** The checkpoint nearest to a step, the earlier of two as near; the newest for null; null for none. */
export function nearestStep(steps: readonly number[], wanted: number | null): number | null {
  if (wanted === null) return steps.at(-1) ?? null;
  let near: number | null = null;
  for (const step of steps) {
    if (near === null || Math.abs(step - wanted) < Math.abs(near - wanted)) near = step;
  }
  return near;
}

/** Every step that one of the lists has, rising: the places that a slider over all of them stops at. */
export function unionOfSteps(lists: readonly (readonly number[])[]): readonly number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** The panels with one moved by a place to the left (−1) or right (1); as they are at the ends. */
export function moved<T>(items: readonly T[], index: number, by: -1 | 1): readonly T[] {
  const to = index + by;
  if (to < 0 || to >= items.length) return items;
  const result = [...items];
  [result[index], result[to]] = [result[to]!, result[index]!];
  return result;
}

/**
 * Two panels that a page without any opens with: the two newest runs that have checkpoints, or the only
 * one's first checkpoint beside its newest. `runs` newest first. Empty where there is no checkpoint.
 */
export function firstPanels(
  runs: readonly { readonly id: string; readonly steps: readonly number[] }[],
): readonly PanelAddress[] {
  const drawable = runs.filter(({ steps }) => steps.length > 0);
  const [newest, other] = drawable;
  if (newest === undefined) return [];
  if (other) return [{ run: newest.id, step: null }, { run: other.id, step: null }];
  const follows = { run: newest.id, step: null };
  return newest.steps.length > 1
    ? [{ run: newest.id, step: newest.steps[0]! }, follows]
    : [follows];
}

/**
 * Where a step lies among the stops of a slider whose places are equally far apart: 0 at the first stop, 1
 * at the last, in proportion between two; held within.
 */
export function placeAmong(stops: readonly number[], step: number): number {
  const last = stops.length - 1;
  if (last < 1) return 0;
  const next = stops.findIndex((each) => each >= step);
  if (next < 0) return 1;
  if (next === 0) return 0;
  const [before, after] = [stops[next - 1]!, stops[next]!];
  return (next - 1 + (step - before) / (after - before)) / last;
}
