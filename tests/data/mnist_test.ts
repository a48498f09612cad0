import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { gzipSync } from "node:zlib";
import { DownloadError } from "../../data/download.ts";
import {
  type DigitSet,
  DOWNLOAD_HOSTS,
  FASHION_MNIST,
  MNIST,
  openDigits,
} from "../../data/mnist.ts";
import { sha256Hex } from "../../src/core/fs.ts";
import { realData, withData } from "../support.ts";
import { Mirror } from "./mirror.ts";
import { imageBytes, openOptions, TemporaryFolder } from "./pictures.ts";

const COUNT = 12;

function idx(shape: readonly number[], values: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x800 + shape.length);
  shape.forEach((length, axis) => view.setUint32(4 + 4 * axis, length));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

/** Image i is a square of brightness 20·i in the middle of black; its label is i % 10. */
function square(i: number): Uint8Array {
  const inside = (at: number) => at >= 7 && at < 21;
  return Uint8Array.from(
    { length: 784 },
    (_, at) => inside(at % 28) && inside(Math.floor(at / 28)) ? 20 * i : 0,
  );
}

const IMAGES = idx(
  [COUNT, 28, 28],
  Uint8Array.from(Array.from({ length: COUNT }, (_, i) => [...square(i)]).flat()),
);
const LABELS = idx([COUNT], Uint8Array.from({ length: COUNT }, (_, i) => i % 10));
const PACKED = {
  "train-images-idx3-ubyte.gz": new Uint8Array(gzipSync(IMAGES)),
  "train-labels-idx1-ubyte.gz": new Uint8Array(gzipSync(LABELS)),
};

/** Opens the pictures above from a folder of their own. */
async function openOwn(
  files: Record<string, Uint8Array>,
  more: { size?: number; channels?: 3 } = {},
) {
  using folder = new TemporaryFolder();
  folder.write(files);
  const options = openOptions(join(folder.path, "cache"), { size: 32, ...more });
  using dataset = await openDigits(MNIST, folder.path, options);
  const images = Array.from({ length: dataset.length }, (_, i) => imageBytes(dataset, i));
  return { info: dataset.info, images, attributes: dataset.attributes() };
}

Deno.test("openDigits() pads 28×28 pictures to 32×32 and leaves them at 28", async () => {
  const { info, images } = await openOwn(PACKED);
  assertEquals([info.length, info.size, info.channels], [COUNT, 32, 1]);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const inside = x >= 2 && x < 30 && y >= 2 && y < 30;
      const expected = inside ? square(5)[(y - 2) * 28 + x - 2] : 0;
      assertEquals(images[5]![y * 32 + x], expected, `(${x}, ${y})`);
    }
  }
  assertEquals((await openOwn(PACKED, { size: 28 })).images[5], [...square(5)]);
});

Deno.test("openDigits() gives each class as a binary attribute", async () => {
  const { info, attributes } = await openOwn(PACKED);
  assertEquals(info.attributes, Array.from({ length: 10 }, (_, i) => `digit=${i}`));
  for (const [digit, { kind, values }] of attributes.entries()) {
    assertEquals(kind, "binary");
    assertEquals([...values], Array.from({ length: COUNT }, (_, i) => i % 10 === digit ? 1 : 0));
  }
});

Deno.test("openDigits() repeats grey in three channels on request", async () => {
  const { info, images } = await openOwn(PACKED, { channels: 3 });
  assertEquals(info.channels, 3);
  const middle = (16 * 32 + 16) * 3;
  assertEquals(images[7]!.slice(middle, middle + 3), [140, 140, 140]);
});

Deno.test("openDigits() takes unpacked files and other copies' names", async () => {
  const { info } = await openOwn(PACKED);
  const plain = {
    "train-images.idx3-ubyte": IMAGES,
    "train-labels-idx1-ubyte": LABELS,
  };
  assertEquals((await openOwn(plain)).info.fingerprint, info.fingerprint);
});

Deno.test("openDigits() prepares once", async () => {
  using folder = new TemporaryFolder();
  folder.write(PACKED);
  const work: string[][] = [];
  for (let start = 0; start < 2; start++) {
    const options = openOptions(join(folder.path, "cache"), { size: 16 });
    (await openDigits(MNIST, folder.path, options))[Symbol.dispose]();
    work.push([...options.labels]);
  }
  assertEquals(work, [["Preparing mnist"], []]);
});

Deno.test("openDigits() says what is wrong with a folder's files", async () => {
  const images = "train-images-idx3-ubyte.gz";
  const labels = "train-labels-idx1-ubyte.gz";
  const cases: [Record<string, Uint8Array>, string][] = [
    [{}, `expected a folder with "${images}" (or "train-images-idx3-ubyte"), found none there`],
    [{ [images]: IMAGES }, `expected a folder with "${labels}"`],
    [{ [images]: LABELS, [labels]: LABELS }, "expected an idx file of bytes with 3 axes"],
    [{ [images]: idx([1, 8, 8], new Uint8Array(64)), [labels]: LABELS }, "expected 28×28 pixels"],
    [
      { ...PACKED, [labels]: idx([2], Uint8Array.of(1, 2)) },
      "expected a label an image (12), got 2",
    ],
    [{ ...PACKED, [labels]: idx([1], Uint8Array.of(10)) }, "expected 0 to 9, got 10 for image 0"],
  ];
  for (const [files, problem] of cases) {
    await assertRejects(() => openOwn(files), RangeError, problem);
  }
});

/** The set above, as if published at `mirrors`. */
async function published(mirrors: readonly string[]): Promise<DigitSet> {
  const part = async (file: keyof typeof PACKED) => ({
    file,
    bytes: PACKED[file].length,
    sha256: await sha256Hex(PACKED[file]),
  });
  return {
    ...MNIST,
    mirrors,
    images: await part("train-images-idx3-ubyte.gz"),
    labels: await part("train-labels-idx1-ubyte.gz"),
  };
}

Deno.test("openDigits() downloads what the cache lacks, once", async () => {
  using cache = new TemporaryFolder();
  await using mirror = new Mirror(PACKED["train-images-idx3-ubyte.gz"]);
  const set = await published([mirror.url]);
  cache.write({ "mnist/train-labels-idx1-ubyte.gz": PACKED["train-labels-idx1-ubyte.gz"] });
  for (let start = 0; start < 2; start++) {
    using dataset = await openDigits(set, null, openOptions(cache.path, { size: 32 }));
    assertEquals(dataset.info.name, "mnist");
    assertEquals(dataset.length, COUNT);
  }
  assertEquals(mirror.ranges, [null]);
});

Deno.test("openDigits() tells where to put the files when no mirror has them", async () => {
  using cache = new TemporaryFolder();
  await using mirror = new Mirror(new Uint8Array(1), [{ status: 404 }]);
  const set = await published([mirror.url]);
  const options = openOptions(cache.path);
  const error = await assertRejects(() => openDigits(set, null, options), DownloadError);
  const { message } = error as DownloadError;
  const folder = join(cache.path, "mnist");
  for (
    const part of [
      'Cannot download "train-images-idx3-ubyte.gz" of mnist (127.0.0.1:',
      `put "train-images-idx3-ubyte.gz" and "train-labels-idx1-ubyte.gz" into "${folder}" by hand`,
      "--data mnist:PATH",
    ]
  ) assert(message.includes(part), message);
});

Deno.test("openDigits() refuses a cached file of other content, and does not delete it", async () => {
  using cache = new TemporaryFolder();
  const set = await published([]);
  cache.write({ "mnist/train-images-idx3-ubyte.gz": "put here by hand" });
  const path = join(cache.path, "mnist", "train-images-idx3-ubyte.gz");
  await assertRejects(
    () => openDigits(set, null, openOptions(cache.path)),
    RangeError,
    `Cannot use "${path}": expected sha256 ${set.images.sha256}, got `,
  );
  assertEquals(Deno.readTextFileSync(path), "put here by hand");
});

Deno.test("DOWNLOAD_HOSTS names every mirror's host", () => {
  assertEquals(DOWNLOAD_HOSTS, [
    "ossci-datasets.s3.amazonaws.com",
    "storage.googleapis.com",
    "fashion-mnist.s3-website.eu-central-1.amazonaws.com",
    "raw.githubusercontent.com",
  ]);
});

for (const [set, folder] of [[MNIST, "mnist"], [FASHION_MNIST, "fashion_mnist"]] as const) {
  Deno.test(
    `the published ${set.name} has the lengths and digests it is checked against`,
    withData(`the files of ${set.name}`, realData(`digits/${folder}`)),
    async () => {
      for (const part of [set.images, set.labels]) {
        const bytes = await Deno.readFile(realData(`digits/${folder}/${part.file}`));
        assertEquals([bytes.length, await sha256Hex(bytes)], [part.bytes, part.sha256]);
      }
    },
  );
}
