import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { FeatureExtractor } from "../../src/metrics/extractor.ts";
import { assertExtractorSpec, openExtractor } from "../../src/metrics/open_extractor.ts";
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

Deno.test("openExtractor() leaves classifiers to whoever can open them", async () => {
  const opened: FeatureExtractor = {
    name: "classifier",
    fingerprint: "classifier-1",
    dim: 1,
    extract: () => Promise.reject(new Error("not asked for")),
    [Symbol.dispose]() {},
  };
  const files: string[] = [];
  const classifier = (file: string) => {
    files.push(file);
    return Promise.resolve(opened);
  };
  assertEquals(await openExtractor("classifier:some/file", { classifier }), opened);
  assertEquals(files, ["some/file"]);
  await assertRejects(() => openExtractor("classifier:x"), RangeError, "no classifier can be used");
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
