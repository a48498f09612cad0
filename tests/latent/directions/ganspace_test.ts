import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { buildGenerator } from "../../../models/dcgan.ts";
import { Rng } from "../../../src/core/rng.ts";
import {
  directionsOfActivations,
  earlyLayer,
  ganspaceDirections,
} from "../../../src/latent/directions/ganspace.ts";
import { principalComponents } from "../../../src/latent/directions/principal_components.ts";
import { dot } from "../../../src/latent/latents.ts";
import { golden } from "../golden_latent.ts";

await tf.setBackend("cpu");
const options = { layer: null, samples: 40, count: 3, seed: 1 };
const small = () => buildGenerator({ size: 32, filters: 2, latentDim: 6, channels: 1 }, new Rng(1));

Deno.test("directionsOfActivations() are numpy's: PCA by SVD, then least squares", async () => {
  const { latents, activations, count, latentDim, width, ...expected } = golden.ganspace;
  const rows = tf.tensor2d(activations, [count, width]);
  const chunks = tf.split(rows, [50, count - 50]) as tf.Tensor2D[];
  const batch = { values: Float32Array.from(latents), count };
  const found = await directionsOfActivations(chunks, batch, expected.share.length);
  tf.dispose([rows, ...chunks]);
  assertEquals(found.length, expected.share.length);
  found.forEach(({ vector, evidence }, k) => {
    const direction = expected.directions.slice(k * latentDim, (k + 1) * latentDim);
    assertAlmostEquals(evidence.share!, expected.share[k]!, 1e-5);
    assertAlmostEquals(evidence.correlation!, expected.correlation[k]!, 1e-4);
    assertAlmostEquals(dot(vector, Float32Array.from(direction)), 1, 1e-5);
  });
});

Deno.test("principalComponents() of wide rows find planted ones with few among many", async () => {
  const [rows, D] = [300, 700];
  const rng = new Rng(3);
  const [u, v] = [0, 1].map(() => tf.tensor2d(rng.fillNormal(new Float32Array(D)), [1, D]));
  const along = tf.tensor2d(rng.fillNormal(new Float32Array(2 * rows)), [rows, 2]);
  const noise = tf.tensor2d(rng.fillNormal(new Float32Array(rows * D)), [rows, D]);
  const [x, y] = tf.split(along, 2, 1) as [tf.Tensor2D, tf.Tensor2D];
  const data = x.mul(u!).mul(3).add(y.mul(v!)).add(noise.mul(0.1)).add<tf.Tensor2D>(5);
  const before = tf.memory().numTensors;
  const { variances, totalVariance, coordinates } = await principalComponents([data], 2);
  assertEquals(tf.memory().numTensors, before);
  assertAlmostEquals(variances[0]! / (9 * D), 1, 0.2);
  assert(variances[0]! + variances[1]! > 0.98 * totalVariance);
  const planted = await x.data();
  const found = Float32Array.from(planted, (_, i) => coordinates[2 * i]!);
  const cosine = dot(found, planted as Float32Array) /
    Math.sqrt(dot(found, found) * dot(planted as Float32Array, planted as Float32Array));
  assert(Math.abs(cosine) > 0.98, `got ${cosine}`);
  tf.dispose([u!, v!, along, noise, x, y, data]);
});

Deno.test("principalComponents() refuse rows that are all alike", async () => {
  const rows = tf.ones<tf.Rank.R2>([5, 3]);
  await assertRejects(() => principalComponents([rows], 2), RangeError, "got variance 0");
  rows.dispose();
});

Deno.test("earlyLayer() is the second block's activation, never the image's", () => {
  using model = disposable(small());
  assertEquals(earlyLayer(model.of), "up1_relu");
});

Deno.test("ganspaceDirections() leaves the generator whole, leaks nothing, follows its seed", async () => {
  using model = disposable(small());
  const first = await ganspaceDirections(model.of, options);
  const before = tf.memory().numTensors;
  let told = 0;
  const again = await ganspaceDirections(model.of, {
    ...options,
    onProgress: (done) => told = done,
  });
  assertEquals(tf.memory().numTensors, before);
  assertEquals([again, told], [first, 40]);
  assertEquals(first.map(({ name }) => name), ["ganspace-1", "ganspace-2", "ganspace-3"]);
  const other = await ganspaceDirections(model.of, { ...options, layer: "project_relu" });
  assert(other[0]!.evidence.share !== first[0]!.evidence.share);
});

Deno.test("ganspaceDirections() refuses unknown layers and too few samples, and stops when told", async () => {
  using model = disposable(small());
  const find = (more: object) => ganspaceDirections(model.of, { ...options, ...more });
  await assertRejects(
    () => find({ layer: "up9" }),
    RangeError,
    'layer "up9": expected one of project',
  );
  await assertRejects(() => find({ samples: 6 }), RangeError, "in 6 samples");
  const before = tf.memory().numTensors;
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => find({ signal }), Error, "enough");
  assertEquals(tf.memory().numTensors, before);
});

function disposable(of: tf.LayersModel): { of: tf.LayersModel } & Disposable {
  return { of, [Symbol.dispose]: () => void of.dispose() };
}
