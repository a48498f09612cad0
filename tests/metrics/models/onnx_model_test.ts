import { assert, assertEquals, assertRejects } from "@std/assert";
import { openExtractor } from "../../../src/metrics/open_extractor.ts";
import { useDevice, withoutLeak } from "../device.ts";
import { assertNear, golden, goldenModel, goldenPictures } from "./golden_models.ts";

const CLASSIFIER = goldenModel("extractor_classifier.onnx");
const MAP = goldenModel("extractor_map.onnx");

/** Extracts from the golden pictures of the model's size. */
async function extract(spec: string, pictures = goldenPictures(3, 8, 3)) {
  await useDevice("cpu");
  return await withoutLeak(async () => {
    using extractor = await openExtractor(spec);
    const { features, probabilities } = await extractor.extract(pictures);
    return { extractor, features, probabilities };
  });
}

Deno.test("an ONNX classifier gives PyTorch's features and probabilities", async () => {
  const { extractor, features, probabilities } = await extract(CLASSIFIER);
  assertEquals([extractor.name, extractor.dim], ["onnx-extractor-classifier", 6]);
  assertEquals([features.count, features.dim], [3, 6]);
  assertNear(features.values, golden.signed, 1e-5);
  assertEquals([probabilities?.count, probabilities?.dim], [3, 4]);
  assertNear(probabilities!.values, golden.probabilities, 1e-5);
});

for (const range of ["imagenet", "fid"] as const) {
  Deno.test(`range=${range} scales pictures as PyTorch's side does`, async () => {
    const { features } = await extract(`${CLASSIFIER},range=${range}`);
    assertNear(features.values, golden[range], 1e-5);
  });
}

Deno.test("a model of one grey picture of any size gives the mean of its map", async () => {
  const { extractor, features, probabilities } = await extract(MAP, goldenPictures(2, 6, 1));
  assertEquals([extractor.dim, probabilities], [5, null]);
  assertNear(features.values, golden.map, 1e-5);
});

Deno.test("fingerprints tell models and options apart, and nothing else", async () => {
  const fingerprint = async (spec: string) => (await extract(spec)).extractor.fingerprint;
  const plain = await fingerprint(CLASSIFIER);
  assertEquals(await fingerprint(`model:${CLASSIFIER},range=signed`), plain);
  assert(await fingerprint(`${CLASSIFIER},range=unit`) !== plain);
});

const REFUSED: readonly [spec: string, message: string][] = [
  ["missing.onnx", 'Cannot read the model file "missing.onnx": there is no such file'],
  [goldenModel("extractor_models.py").replace(/py$/, "json"), "expected TensorFlow.js' model.json"],
  [`inception:${CLASSIFIER}`, "at 299 pixels: its input takes 8. InceptionV3 takes 299"],
  [
    `inception:${MAP}`,
    "expected an output of 2048 features an image, got map [1, 5, any, any]",
  ],
  [`${CLASSIFIER},size=16`, "at 16 pixels: its input takes 8"],
  [`${CLASSIFIER},features=pool`, "expected one of the model's outputs, features, logits"],
];

for (const [spec, message] of REFUSED) {
  Deno.test(`openExtractor("${spec.split("/").at(-1)}") is refused`, async () => {
    await useDevice("cpu");
    const error = await assertRejects(() => openExtractor(spec), RangeError);
    assert(error.message.includes(message), error.message);
  });
}

Deno.test("a damaged .onnx file is refused by name", async () => {
  await useDevice("cpu");
  const path = await Deno.makeTempFile({ suffix: ".onnx" });
  try {
    await Deno.writeFile(path, Deno.readFileSync(CLASSIFIER).subarray(0, 300));
    const error = await assertRejects(() => openExtractor(path), RangeError);
    assert(error.message.startsWith(`Cannot open the model "${path}": `), error.message);
  } finally {
    await Deno.remove(path);
  }
});
