/** Small pictures and folders of them, for tests. */
import { dirname, join } from "@std/path";
import sharp from "sharp";
import type { ImageDataset, OpenOptions } from "../../data/dataset.ts";

export type Rgb = readonly [number, number, number];

/** A picture of one colour. */
export function flat(width: number, height: number, [r, g, b]: Rgb): sharp.Sharp {
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
}

/** A picture whose every pixel is what `colour` says. */
export function painted(
  width: number,
  height: number,
  colour: (x: number, y: number) => Rgb,
): sharp.Sharp {
  const pixels = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    pixels.set(colour(i % width, Math.floor(i / width)), 3 * i);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A PNG of one colour, stored uncompressed: every colour's file has the same length. */
export async function png(colour: Rgb): Promise<Uint8Array> {
  return await flat(8, 8, colour).png({ compressionLevel: 0 }).toBuffer();
}

/** A folder that is gone at the end of its scope. */
export class TemporaryFolder implements Disposable {
  readonly path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "atelier-data-" }));

  /** Writes files, with the folders they lie in. */
  write(files: Readonly<Record<string, Uint8Array | string>>): void {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.path, name);
      Deno.mkdirSync(dirname(path), { recursive: true });
      if (typeof content === "string") Deno.writeTextFileSync(path, content);
      else Deno.writeFileSync(path, content);
    }
  }

  /** All files below, relative and sorted. */
  files(below = ""): string[] {
    const found: string[] = [];
    for (const entry of Deno.readDirSync(join(this.path, below))) {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory) found.push(...this.files(name));
      else found.push(name);
    }
    return found.toSorted();
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Options for opening; `labels` and `notices` collect what was reported. */
export function openOptions(
  cacheDir: string,
  more: Partial<OpenOptions> = {},
): OpenOptions & { readonly labels: Set<string>; readonly notices: string[] } {
  const labels = new Set<string>();
  const notices: string[] = [];
  return {
    size: 8,
    seed: 1,
    cacheDir,
    threads: 2,
    onProgress: ({ label }) => labels.add(label),
    onNotice: (message) => notices.push(message),
    ...more,
    labels,
    notices,
  };
}

/** Image `index` as bytes, [size, size, channels]. */
export function imageBytes(dataset: ImageDataset, index: number): number[] {
  const out = new Float32Array(dataset.size ** 2 * dataset.channels);
  dataset.read(index, out);
  return Array.from(out, (value) => Math.round((value + 1) * 127.5));
}

/** The pixel in the middle of image `index`. */
export function middlePixel(dataset: ImageDataset, index: number): number[] {
  const { size, channels } = dataset;
  const start = (Math.floor(size / 2) * size + Math.floor(size / 2)) * channels;
  return imageBytes(dataset, index).slice(start, start + channels);
}
