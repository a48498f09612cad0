import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { attributeDirections } from "../../src/evaluation/attribute_directions.ts";
import { parseProbed, toldProbes } from "../../src/evaluation/probes.ts";
import { dot } from "../../src/latent/latents.ts";
import { ATTRIBUTES, judge, worldClassifier, Z } from "./arithmetic/linear_world.ts";

const classifier = await worldClassifier();
const OPTIONS = { latentDim: Z, samples: 2000, firstSeed: 0, held: [] };

Deno.test("attributeDirections() finds where each told attribute lies, by numbers and by yes or no", async () => {
  const probed = toldProbes(classifier);
  assertEquals(probed.map(({ name }) => name), ["smiling", "hat", "jaw", "age", "size"]);
  const { directions, leftOut } = await attributeDirections(judge, { ...OPTIONS, probed });
  assertEquals(leftOut, []);
  const columns = [0, 1, 3, 4, 5];
  directions.forEach(({ name, vector, kind, evidence }, i) => {
    assertEquals([name, kind], [probed[i]!.name, "attribute"]);
    assert(vector[columns[i]!]! > 0.99, `${name}: ${vector[columns[i]!]}`);
    assert((evidence.auc ?? evidence.r2!) > 0.97);
  });
});

Deno.test("attributeDirections() makes them orthogonal, but not to their own amounts", async () => {
  const probed = ["hat", "size", "smiling"].map((name) => parseProbed(name, classifier));
  const options = { ...OPTIONS, probed, held: probed };
  const [hat, size, smiling] = (await attributeDirections(judge, options)).directions.map(
    ({ vector }) => vector,
  );
  const plain = await attributeDirections(judge, { ...options, held: [] });
  assertAlmostEquals(dot(smiling!, plain.directions[0]!.vector), 0, 1e-6);
  assertAlmostEquals(dot(hat!, plain.directions[2]!.vector), 0, 1e-6);
  assert(dot(hat!, size!) !== 0);
});

Deno.test("attributeDirections() says what too few samples have", async () => {
  const rare = parseProbed("age>=2.9", {
    ...classifier,
    heldOut: { count: 4, labels: ages([3, 0, 3, 0]), answers: ages([3, 0, 3, 0]) },
  });
  const hat = parseProbed("hat", classifier);
  const { directions, leftOut } = await attributeDirections(judge, {
    ...OPTIONS,
    probed: [rare, hat],
  });
  assertEquals(directions.map(({ name }) => name), ["hat"]);
  assertEquals(leftOut[0]!.name, "age>=2.9");
  await assertRejects(
    () => attributeDirections(judge, { ...OPTIONS, probed: [rare] }),
    RangeError,
    "expected at least 30 samples with it and 30 without",
  );
});

/** Rows of answers in which nothing but the ages is known. */
const ages = (values: readonly number[]) =>
  Float32Array.from(values.flatMap((value) => [NaN, NaN, NaN, NaN, value, NaN]));

Deno.test("parseProbed() takes numbers as they are or with a bound, and refuses what is not told", () => {
  assertEquals(parseProbed("age", classifier).kind, "continuous");
  assertEquals(parseProbed("age>=0", classifier).kind, "binary");
  assertThrows(() => parseProbed("vague", classifier), RangeError, "the classifier cannot tell it");
  const vague = ATTRIBUTES.map((attribute) =>
    attribute.name === "age" ? { ...attribute, heldOut: null } : attribute
  );
  assertThrows(
    () => parseProbed("age", { ...classifier, attributes: vague }),
    RangeError,
    "Its R² on held-out images is unknown, expected 0.5 at least",
  );
});
