import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { encodeClassifier } from "../../src/metrics/classifier/classifier_file.ts";
import { assertExtractorSpec, openExtractor } from "../../src/metrics/open_extractor.ts";
import { tinyClassifierFile } from "./classifier/tiny_classifier.ts";
import { useDevice } from "./device.ts";
import { assertNear, golden, goldenModel, goldenPictures } from "./models/golden_models.ts";

for (
  const spec of [
    ...["lab", "classifier:a/b.safetensors", "net.onnx", "C:\\nets\\model.json", "a,b.onnx"],
    ...["inception:https://example.org/v3/model.json?v=2", "model:a.onnx,range=unit,size=96"],
  ]
) {
  Deno.test(`assertExtractorSpec() takes ${spec}`, () => assertExtractorSpec(spec));
}

const REFUSED: readonly [spec: string, message: string][] = [
  [
    "labb",
    'Cannot open the extractor "labb": expected lab, classifier:FILE, inception:MODEL or MODEL',
  ],
  ["classifier:", "expected classifier:FILE"],
  ["inception:", "expected a path or URL of a model"],
  ["inception:net.pb", 'Cannot open the model "net.pb": expected a path or URL that ends in .json'],
  ["net.onnx,range=half", "range Invalid option"],
  ["net.onnx,colour=1", 'Unrecognized key: "colour"'],
  ["net.onnx,size=0", "size Too small"],
];

for (const [spec, message] of REFUSED) {
  Deno.test(`assertExtractorSpec() refuses "${spec}"`, () => {
    const error = assertThrows(() => assertExtractorSpec(spec), RangeError);
    assert(error.message.includes(message), error.message);
  });
}

Deno.test("openExtractor() opens a classifier's file, and says where there is none", async () => {
  await useDevice("cpu");
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  try {
    await Deno.writeFile(path, encodeClassifier(tinyClassifierFile()));
    using classifier = await openExtractor(`classifier:${path}`);
    const bright = { pixels: new Float32Array(64).fill(0.25), count: 1, size: 8, channels: 1 };
    const { features } = await classifier.extract(bright);
    assertEquals([classifier.name, [...features.values]], ["classifier", [0.25, 0.25]]);
  } finally {
    await Deno.remove(path);
  }
  await assertRejects(
    () => openExtractor(`classifier:${path}`),
    RangeError,
    `Cannot open the classifier "${path}": there is no such file`,
  );
});

Deno.test("openExtractor() fetches a model by its URL, and tells of an answer that is none", async () => {
  await useDevice("cpu");
  const bytes = Deno.readFileSync(goldenModel("extractor_classifier.onnx"));
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) =>
      url.endsWith("/net.onnx") ? new Response(bytes) : new Response("", { status: 404 }),
  );
  const at = `http://127.0.0.1:${server.addr.port}`;
  using extractor = await openExtractor(`${at}/net.onnx`);
  assertEquals(extractor.name, "onnx-net");
  const { features } = await extractor.extract(goldenPictures(3, 8, 3));
  assertNear(features.values, golden.signed, 1e-5);
  await assertRejects(
    () => openExtractor(`${at}/other/model.json`),
    RangeError,
    `Cannot fetch the model file ${at}/other/model.json: HTTP 404`,
  );
});
