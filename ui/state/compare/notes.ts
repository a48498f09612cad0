/** What the Compare page says of its panels besides showing them. */
import { formatAddress } from "../../lab.ts";
import type { Panel } from "./compare.ts";

/** The command that makes a report of the checkpoints shown; null while none is known. */
export function compareCommand(panels: readonly Panel[]): string | null {
  const shown = panels.flatMap(({ run, step }) =>
    step === null ? [] : [formatAddress({ run, step, seed: null })]
  );
  return shown.length === 0 ? null : `deno task compare ${[...new Set(shown)].join(" ")}`;
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
