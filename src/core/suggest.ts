/** Did-you-mean for names that people type. */

/** Edits (insert, delete, replace, swap neighbours) that turn `a` into `b` (Damerau, 1964). */
function editDistance(a: string, b: string): number {
  const rows = Array.from(
    { length: a.length + 1 },
    (_, i) => Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replace = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      }
      rows[i]![j] = best;
    }
  }
  return rows[a.length]![b.length]!;
}

/** Distance of a known name from the one wanted, where being a part of it is nearer than an edit. */
function likeness(wanted: string, known: string): number {
  if (wanted === known) return 0;
  if (wanted.length >= 2 && known.startsWith(wanted)) return 0.5;
  if (wanted.length >= 3 && known.endsWith(wanted)) return 0.75;
  return editDistance(wanted, known);
}

/**
 * The candidate most like `name`, or null where none is near: one that begins with it (`--sam` for
 * `--sample-every`), one that ends with it (`gpu` for `webgpu`), or one within a third of its length in
 * edits.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    const distance = likeness(wanted, known);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
