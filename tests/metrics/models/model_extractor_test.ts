import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type * as tf from "@tensorflow/tfjs";
import type { Model, ModelOutput, Port } from "../../../src/metrics/models/model.ts";
import { inputForm, ModelExtractor } from "../../../src/metrics/models/model_extractor.ts";
import type { ModelOptions } from "../../../src/metrics/models/model_options.ts";
import { useDevice, withoutLeak } from "../device.ts";
import { assertNear, goldenPictures } from "./golden_models.ts";

/** A model whose answers are worked out in JavaScript. */
class FakeModel implements Model {
  readonly input: Port;
  readonly inner = [];
  disposed = 0;
  /** Shapes of what it was fed. */
  readonly fed: number[][] = [];

  constructor(
    readonly format: "onnx" | "tfjs",
    shape: Port["shape"],
    readonly outputs: readonly Port[],
    readonly answer: (values: Float32Array, shape: readonly number[], name: string) => ModelOutput,
  ) {
    this.input = { name: "image", shape };
  }

  async run(input: tf.Tensor4D, names: readonly string[]): Promise<readonly ModelOutput[]> {
    this.fed.push(input.shape);
    const values = await input.data<"float32">();
    return names.map((name) => this.answer(values, input.shape, name));
  }

  [Symbol.dispose](): void {
    this.disposed++;
  }
}

const FEATURES = [{ name: "features", shape: [null, 3] }];

const form = (format: "onnx" | "tfjs", shape: Port["shape"]) =>
  inputForm(
    new FakeModel(format, shape, FEATURES, () => ({ values: new Float32Array(0), shape: [] })),
    "m",
  );

Deno.test("inputForm() tells where channels stand", () => {
  const any = { size: null, batch: null };
  assertEquals(form("onnx", [1, 3, 299, 299]), {
    channelsFirst: true,
    channels: 3,
    size: 299,
    batch: 1,
  });
  assertEquals(form("tfjs", [null, 64, 64, 1]), {
    channelsFirst: false,
    channels: 1,
    size: 64,
    batch: null,
  });
  assertEquals(form("onnx", [null, null, null, 3]), { channelsFirst: false, channels: 3, ...any });
  assertEquals(form("tfjs", [null, 1, null, null]), { channelsFirst: true, channels: 1, ...any });
  assertEquals(form("onnx", [null, null, null, null]), {
    channelsFirst: true,
    channels: 3,
    ...any,
  });
  assertEquals(form("tfjs", null), { channelsFirst: false, channels: 3, ...any });
  assertEquals(form("onnx", [null, 3, 3, 3]).channelsFirst, true); // either could be
});

for (
  const shape of [[null, 10], [null, 4, 64, 64], [null, 64, 32, 3], [null, 5, 5, 5], [
    null,
    3,
    8,
    8,
    8,
  ]]
) {
  Deno.test(`inputForm() refuses [${shape.map((n) => n ?? "any")}]`, () => {
    assertThrows(
      () => form("onnx", shape),
      RangeError,
      'Cannot use the model "m" on pictures: expected',
    );
  });
}

const open = (model: Model, options: ModelOptions = {}, inception = false) =>
  ModelExtractor.from(model, "m", { name: "fake", inception }, options, () => Promise.resolve("f"));

const constant = (shape: number[], value = 1) => () => ({
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value),
  shape,
});

/** Means over space of each channel, in either layout. */
function channelMeans(values: Float32Array, shape: readonly number[], first: boolean): ModelOutput {
  const [count, channels] = [shape[0]!, first ? shape[1]! : shape[3]!];
  const area = values.length / count / channels;
  const means = new Float32Array(count * channels);
  values.forEach((value, i) => {
    const place = i % (channels * area);
    const channel = first ? Math.floor(place / area) : place % channels;
    means[Math.floor(i / (channels * area)) * channels + channel]! += value / area;
  });
  return { values: means, shape: [count, channels] };
}

Deno.test("ModelExtractor feeds either layout the same pictures, in batches of the model's own", async () => {
  await useDevice("cpu");
  const pictures = goldenPictures(5, 8, 3);
  const layouts = [["onnx", [2, 3, 8, 8], true], ["tfjs", [null, 8, 8, 3], false]] as const;
  const rows = await Promise.all(layouts.map(async ([format, shape, first]) => {
    const model = new FakeModel(format, shape, FEATURES, (v, s) => channelMeans(v, s, first));
    const features = await withoutLeak(async () => {
      using extractor = await open(model);
      return (await extractor.extract(pictures)).features;
    });
    assertEquals([features.count, features.dim], [5, 3]);
    assertEquals(model.disposed, 1);
    return { fed: model.fed, values: [...features.values] };
  }));
  const means = channelMeans(pictures.pixels, [5, 8, 8, 3], false).values;
  for (const { values } of rows) assertNear(values, [...means], 1e-6);
  assertEquals(rows[0]!.fed.slice(1).map(([count]) => count), [2, 2, 2]); // the last of them with a black one
});

Deno.test("ModelExtractor averages maps, whichever way they lie", async () => {
  await useDevice("cpu");
  const grid = (values: Float32Array, count: number, shape: readonly number[]): ModelOutput => ({
    values: Float32Array.from({ length: count * 8 }, (_, i) => i + values[0]! * 0),
    shape: [count, ...shape],
  });
  const first = new FakeModel(
    "onnx",
    [null, 1, 4, 4],
    FEATURES,
    (v, [n]) => grid(v, n!, [2, 2, 2]),
  );
  const last = new FakeModel("tfjs", [null, 4, 4, 1], FEATURES, (v, [n]) => grid(v, n!, [2, 2, 2]));
  const one = goldenPictures(1, 4, 1);
  assertEquals([...(await (await open(first)).extract(one)).features.values], [1.5, 5.5]);
  assertEquals([...(await (await open(last)).extract(one)).features.values], [3, 4]);
});

Deno.test("ModelExtractor takes a pooled map for a row, whichever side is long", async () => {
  await useDevice("cpu");
  for (const format of ["onnx", "tfjs"] as const) {
    for (const shape of [[1, 6], [1, 6, 1, 1], [1, 1, 1, 6]]) {
      const model = new FakeModel(format, [1, null, null, null], FEATURES, constant(shape));
      assertEquals((await open(model)).dim, 6);
    }
  }
});

const CLASSES = [{ name: "features", shape: [null, 1] }, { name: "logits", shape: [null, 2] }];

Deno.test("ModelExtractor takes rows that add up to 1 as they are, and others' softmax", async () => {
  await useDevice("cpu");
  const answers =
    (rows: number[]) => (_: Float32Array, [count]: readonly number[], name: string) => {
      const width = name === "logits" ? 2 : 1;
      return {
        values: Float32Array.from({ length: count! * width }, (_, i) => rows[i % 2]!),
        shape: [count!, width],
      };
    };
  for (
    const [given, expected] of [[[0.25, 0.75], [0.25, 0.75]], [[2, 2], [0.5, 0.5]], [[1.5, -0.5], [
      0.8808,
      0.1192,
    ]]]
  ) {
    const model = new FakeModel("tfjs", [null, 4, 4, 1], CLASSES, answers(given!));
    const { probabilities } = await (await open(model)).extract(goldenPictures(2, 4, 1));
    assertNear(probabilities!.values, [...expected!, ...expected!], 1e-4);
  }
});

const REFUSED: readonly [what: string, model: FakeModel, message: string, inception?: boolean][] = [
  [
    "a sequence for features",
    new FakeModel("onnx", [1, 3, 8, 8], FEATURES, constant([1, 4, 5])),
    'output "features": expected a row or a map of features an image, got [1, 4, 5] for 1',
  ],
  [
    "features of infinity",
    new FakeModel("onnx", [1, 3, 8, 8], FEATURES, constant([1, 4], Infinity)),
    'it gives Infinity in "features"',
  ],
  [
    "several outputs without a name to go by",
    new FakeModel(
      "onnx",
      [1, 3, 8, 8],
      [{ name: "a", shape: [1, 2] }, { name: "b", shape: null }],
      constant([1, 2]),
    ),
    "it gives a [1, 2], b [of any shape]. Name it with ,features=NAME",
  ],
  [
    "an InceptionV3 whose features are others than it said",
    new FakeModel("onnx", [1, 3, 299, 299], [{ name: "a", shape: [1, 2048] }], constant([1, 1024])),
    'expected 2048 features an image, got 1024 in "a"',
    true,
  ],
];

for (const [what, model, message, inception] of REFUSED) {
  Deno.test(`ModelExtractor refuses ${what}, and disposes of the model`, async () => {
    await useDevice("cpu");
    const error = await assertRejects(() => open(model, {}, inception), RangeError);
    assert(error.message.includes(message), error.message);
    assertEquals(model.disposed, 1);
  });
}

Deno.test("ModelExtractor without a size of its own takes pictures as they are, or at size=", async () => {
  await useDevice("cpu");
  const model = () =>
    new FakeModel("onnx", [null, 3, null, null], FEATURES, (v, s) => channelMeans(v, s, true));
  const [free, fixed] = [model(), model()];
  await (await open(free)).extract(goldenPictures(1, 20, 3));
  await (await open(fixed, { size: 12 })).extract(goldenPictures(1, 20, 3));
  assertEquals([free.fed.at(-1), fixed.fed.at(-1)], [[1, 3, 20, 20], [1, 3, 12, 12]]);
  const inception = new FakeModel("onnx", [null, 3, null, null], [{
    name: "a",
    shape: [null, 2048, 1, 1],
  }], (
    _,
    [n],
  ) => constant([n!, 2048, 1, 1])());
  const extractor = await open(inception, {}, true);
  assertEquals([inception.fed[0], extractor.dim], [[1, 3, 299, 299], 2048]);
});
