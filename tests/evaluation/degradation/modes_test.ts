import { assert, assertEquals } from "@std/assert";
import { Rng } from "../../../src/core/rng.ts";
import { clusters } from "../../../src/evaluation/degradation/modes.ts";

/** Points about 0, 10, 20 and 30 on a line, by turns. */
function fourHeaps() {
  const rng = new Rng(2);
  const count = 80;
  const values = Float32Array.from(
    { length: 2 * count },
    (_, i) => i % 2 === 0 ? 10 * ((i / 2) % 4) + rng.uniform() : rng.uniform(),
  );
  return { values, count, dim: 2 };
}

Deno.test("clusters() finds heaps and numbers them by their distance from the first", () => {
  for (let seed = 0; seed < 5; seed++) {
    const labels = clusters(fourHeaps(), 4, new Rng(seed));
    const ofHeap = [0, 1, 2, 3].map((heap) => labels[heap]!);
    labels.forEach((label, i) => assertEquals(label, ofHeap[i % 4]));
    assertEquals(ofHeap.toSorted(), [0, 1, 2, 3]);
    const first = ofHeap.indexOf(0);
    const far = ofHeap.map((label, heap) => [label, Math.abs(heap - first)]).toSorted().map((
      [, d],
    ) => d!);
    assertEquals(far, far.toSorted((a, b) => a - b), `order ${ofHeap}`);
  }
});

Deno.test("clusters() is the same for the same seed, also where points are fewer than kinds", () => {
  const one = clusters(fourHeaps(), 6, new Rng(1));
  assertEquals(clusters(fourHeaps(), 6, new Rng(1)), one);
  const alike = clusters({ values: new Float32Array(10), count: 5, dim: 2 }, 3, new Rng(1));
  assert(alike.every((label) => label === alike[0]));
});
