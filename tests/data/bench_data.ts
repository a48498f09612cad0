/**
 * How fast pictures come: faces drawn, a folder opened for the first and the second time, and batches
 * streamed from a set that is larger than the memory it may take.
 *
 *     deno task bench-data [--pictures 20000] [--streamed 200000] [--size 64]
 *
 * Prints one JSON line a figure. Needs some 3 GB of temporary disk with the numbers above.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { ImageBatches } from "../../data/batches.ts";
import { drawFactors, renderFace } from "../../data/faces.ts";
import { openFolder } from "../../data/folder.ts";
import { PackedImages } from "../../data/packed.ts";
import { PackedDataset } from "../../data/packed_dataset.ts";
import { PackedWriter } from "../../data/packed_writer.ts";
import { toByte } from "../../src/core/images.ts";
import { encodePng } from "../../src/core/png.ts";
import { openOptions, TemporaryFolder } from "./pictures.ts";

const ROUNDS = 7;
const BATCH = 64;

const flags = parseArgs(Deno.args, {
  default: { pictures: 20_000, streamed: 200_000, size: 64 },
});

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

const print = (figure: Record<string, unknown>) => console.log(JSON.stringify(figure));

async function seconds(body: () => unknown): Promise<number> {
  const start = performance.now();
  await body();
  return (performance.now() - start) / 1000;
}

/** Faces a second on one core, factors and all. */
async function faces(size: number): Promise<void> {
  const count = 1000;
  const out = new Float32Array(size * size * 3);
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const taken = await seconds(() => {
      for (let i = 0; i < count; i++) renderFace(drawFactors(1, round * count + i), size, out);
    });
    if (round > 0) rates.push(count / taken); // the first warms up
  }
  print({ figure: "faces", size, images_per_s: Math.round(median(rates)) });
}

/** Every pixel of a face, as a picture file holds it. */
function faceBytes(size: number, index: number): Uint8Array<ArrayBuffer> {
  const out = new Float32Array(size * size * 3);
  renderFace(drawFactors(1, index), size, out);
  return Uint8Array.from(out, toByte);
}

/** Starts on a folder: with an empty cache, and with one that knows it. */
async function folder(count: number, size: number): Promise<void> {
  using pictures = new TemporaryFolder();
  using cache = new TemporaryFolder();
  for (let i = 0; i < count; i++) {
    const raster = { pixels: faceBytes(size, i), width: size, height: size, channels: 3 };
    Deno.writeFileSync(join(pictures.path, `${i}.png`), await encodePng(raster));
  }
  const options = openOptions(cache.path, { size, threads: navigator.hardwareConcurrency });
  const open = async () => (await openFolder(pictures.path, options))[Symbol.dispose]();
  const first = await seconds(open);
  const again: number[] = [];
  for (let round = 0; round < ROUNDS; round++) again.push(await seconds(open));
  print({
    figure: "folder",
    images: count,
    size,
    first_s: +first.toFixed(1),
    second_s: +median(again).toFixed(3),
  });
}

/** Batches of a packed file, and the most memory that the process came to hold. */
async function streamed(count: number, size: number): Promise<void> {
  using cache = new TemporaryFolder();
  const path = join(cache.path, "streamed");
  {
    using writer = new PackedWriter(cache.path, size, 3);
    const faces = Array.from({ length: 64 }, (_, i) => faceBytes(size, i));
    for (let i = 0; i < count; i++) writer.append(String(i), faces[i % faces.length]!);
    writer.finish(path);
  }
  using dataset = new PackedDataset(new PackedImages(path), { name: "streamed", attributes: [] });
  const batches = new ImageBatches(dataset, { batch: BATCH, seed: 1, mirror: true });
  let most = 0;
  const drawn = Math.ceil(count / BATCH) * BATCH;
  const taken = await seconds(() => {
    while (batches.cursor < drawn) {
      batches.next();
      most = Math.max(most, Deno.memoryUsage().rss);
    }
  });
  print({
    figure: "streamed",
    images: count,
    size,
    images_per_s: Math.round(drawn / taken),
    most_rss_mib: Math.round(most / 2 ** 20),
  });
}

await faces(flags.size);
await folder(flags.pictures, flags.size);
await streamed(flags.streamed, flags.size);
