import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Attribute } from "../../data/dataset.ts";
import { drawFactors, openFaces } from "../../data/faces.ts";
import { factorTable } from "../../data/faces/factors.ts";

const DRAWS = 4000;
const drawn = Array.from({ length: DRAWS }, (_, index) => drawFactors(11, index));

/** Factors of which one is the other's amount. */
const TIED = new Set(["smiling smile", "mouthOpen mouthOpening"]);

Deno.test("drawFactors() keeps to the ranges of the table", () => {
  for (const [name, factor] of factorTable) {
    const values = drawn.map((factors) => factors[name]);
    if (factor.kind === "continuous") {
      const low = Math.min(factor.low, factor.of?.low ?? factor.low);
      const high = Math.max(factor.high, factor.of?.high ?? factor.high);
      assert(values.every((value) => value >= low && value <= high), name);
    } else {
      const count = factor.kind === "binary" ? 2 : factor.options.length;
      assertEquals(new Set(values), new Set(Array.from({ length: count }, (_, i) => i)), name);
    }
  }
});

Deno.test("drawFactors() draws factors independently, but for the amounts of others", () => {
  const columns = factorTable.map(([name]) => {
    const values = Float64Array.from(drawn, (factors) => factors[name]);
    const mean = values.reduce((sum, value) => sum + value, 0) / DRAWS;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    return { name, values: values.map((value) => (value - mean) / spread) };
  });
  columns.forEach((a, i) => {
    for (const b of columns.slice(i + 1)) {
      if (TIED.has(`${a.name} ${b.name}`)) continue;
      const r = a.values.reduce((sum, value, k) => sum + value * b.values[k]!, 0);
      // 1/√4000 is 0.016; of some 1,500 pairs none should pass five times that.
      assert(Math.abs(r) < 0.08, `${a.name} and ${b.name}: r = ${r}`);
    }
  });
});

Deno.test("drawFactors() makes smile and mouthOpening the amounts of smiling and mouthOpen", () => {
  for (const factors of drawn) {
    assertEquals(factors.smiling === 1, factors.smile >= 0.45);
    assertEquals(factors.mouthOpen === 1, factors.mouthOpening >= 0.3);
    if (factors.mouthOpen === 0) assertEquals(factors.mouthOpening, 0);
  }
});

function mean({ values }: Attribute): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

Deno.test("openFaces().attributes() has a column for every factor and option, true to the factors", () => {
  using faces = openFaces({ size: 16, seed: 11 });
  const attributes = faces.attributes();
  assertEquals(attributes.map(({ name }) => name), faces.info.attributes);
  assertEquals(new Set(faces.info.attributes).size, attributes.length, "names differ");
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]));
  for (const [name, factor] of factorTable) {
    if (factor.kind === "choice") {
      factor.options.forEach((option, i) => {
        const { values } = byName.get(option)!;
        drawn.forEach((factors, index) => {
          const shown = factor.of === undefined || factors.hat === 1;
          assertEquals(values[index], shown && factors[name] === i ? 1 : 0);
        });
      });
    } else {
      const { values, kind } = byName.get(name)!;
      assertEquals(kind, factor.kind);
      drawn.forEach((factors, index) => assertEquals(values[index], Math.fround(factors[name])));
    }
  }
  assert(faces.attributes() === attributes, "computed once");
});

Deno.test("openFaces().attributes() says what is a choice, of which each face has exactly one, and who it is", () => {
  using faces = openFaces({ size: 16, seed: 11 });
  const attributes = faces.attributes();
  const options = attributes.filter(({ choice }) => choice !== undefined);
  assertEquals([...new Set(options.map(({ choice }) => choice))], ["hairStyle", "neckline"]);
  for (const choice of ["hairStyle", "neckline"]) {
    const columns = options.filter((attribute) => attribute.choice === choice);
    for (let i = 0; i < 100; i++) {
      assertEquals(columns.reduce((sum, { values }) => sum + values[i]!, 0), 1);
    }
  }
  const ofs = attributes.filter(({ of }) => of !== undefined).map(({ name, of }) => [name, of]);
  assertEquals(Object.fromEntries(ofs), {
    smile: "smiling",
    mouthOpening: "mouthOpen",
    beanie: "hat",
    brimmedHat: "hat",
  });
  const identity = attributes.filter(({ identity }) => identity).map(({ name }) => name);
  assertEquals(identity.length, 15);
  assert(identity.includes("jaw") && !identity.includes("smile"));
});

Deno.test("openFaces().attributes() varies: binary columns lie between 5 % and 95 %", () => {
  using faces = openFaces({ size: 16, seed: 1 });
  for (const attribute of faces.attributes()) {
    assertEquals(attribute.values.length, faces.length);
    if (attribute.kind === "binary") {
      const share = mean(attribute);
      assert(share > 0.05 && share < 0.95, `${attribute.name}: ${share}`);
    } else {
      assert(new Set(attribute.values.subarray(0, 100)).size > 10, attribute.name);
    }
  }
  assertAlmostEquals(mean(faces.attributes().find(({ name }) => name === "yaw")!), 0, 0.3);
});
