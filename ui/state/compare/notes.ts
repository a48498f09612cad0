/** What the Compare page says of its panels besides showing them. */
import { formatAddress } from "../../lab.ts";
import type { CompareState, Panel } from "./compare.ts";

/** The command that makes a report of what is shown; null while no checkpoint is known. */
export function compareCommand({ panels, seeds, view, shownView }: CompareState): string | null {
  const shown = panels.value.flatMap(({ run, step }) =>
    step === null ? [] : [formatAddress({ run, step, seed: null })]
  );
  if (shown.length === 0) return null;
  const [first, last] = [seeds.value[0]!, seeds.value.at(-1)!];
  const signed = shownView.value === "difference" && view.map.value.value === "signed";
  return [
    ...["deno task compare", ...new Set(shown)],
    ...["--seeds", first === last ? `${first}` : `${first}-${last}`],
    ...(view.weights.value.value === "raw" ? ["--weights raw"] : []),
    ...(signed ? ["--differences signed"] : []),
  ].join(" ");
}

/** What to bear in mind: latents of several lengths, sizes, runs, and data. */
export function notesOn(panels: readonly Panel[]): readonly string[] {
  const known = panels.flatMap(({ letter, run, source }) => {
    const [shape, detail] = [source?.shape.value, source?.detail.value.value];
    return shape && detail ? [{ letter, run, ...shape, data: detail.data?.fingerprint ?? "" }] : [];
  });
  const notes: string[] = [];
  const differ = <T>(of: (panel: typeof known[number]) => T) => new Set(known.map(of)).size > 1;
  const each = (of: (panel: typeof known[number]) => number) =>
    known.map((panel) => `${panel.letter} ${of(panel)}`).join(", ");
  if (differ(({ run }) => run)) {
    notes.push(
      "Different runs: a seed names the same z everywhere, but what z means each generator learned " +
        "for itself. Compare quality and variety, not picture by picture.",
    );
  }
  if (differ(({ latentDim }) => latentDim)) {
    notes.push(`Latents differ in length: ${each(({ latentDim }) => latentDim)} numbers.`);
  }
  if (differ(({ size }) => size)) {
    notes.push(
      `Pictures differ in size: ${
        each(({ size }) => size)
      } pixels. All are shown alike large, and ` +
        "differences are taken after enlarging the smaller.",
    );
  }
  return notes;
}
