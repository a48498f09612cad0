/** A dataset that streams from a packed file. */
import type { DatasetInfo } from "../src/core/protocol.ts";
import type { Attribute, ImageDataset } from "./dataset.ts";
import type { PackedImages } from "./packed.ts";

/** 0 … 255 as [-1, 1]; `toByte` of src/core/images.ts inverts it. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/** Owns the packed file and closes it. */
export class PackedDataset implements ImageDataset {
  readonly info: DatasetInfo;
  readonly #images: PackedImages;
  readonly #attributes: readonly Attribute[];
  readonly #bytes: Uint8Array<ArrayBuffer>;

  constructor(
    images: PackedImages,
    options: {
      /** As given on the command line. */
      readonly name: string;
      readonly attributes: readonly Attribute[];
    },
  ) {
    const { size, channels, names, skipped, fingerprint } = images.header;
    this.#images = images;
    this.#attributes = options.attributes;
    this.#bytes = new Uint8Array(size * size * channels);
    this.info = {
      name: options.name,
      length: names.length,
      size,
      channels,
      fingerprint,
      attributes: options.attributes.map((attribute) => attribute.name),
      skipped,
    };
  }

  get length(): number {
    return this.info.length;
  }

  get size(): number {
    return this.info.size;
  }

  get channels(): number {
    return this.info.channels;
  }

  read(index: number, out: Float32Array<ArrayBuffer>): void {
    const bytes = this.#bytes;
    if (out.length !== bytes.length) {
      throw new RangeError(
        `Cannot read image ${index} of "${this.info.name}": expected room for ${bytes.length} ` +
          `values, got ${out.length}`,
      );
    }
    this.#images.read(index, bytes);
    for (let i = 0; i < bytes.length; i++) out[i] = UNIT[bytes[i]!]!;
  }

  attributes(): readonly Attribute[] {
    return this.#attributes;
  }

  [Symbol.dispose](): void {
    this.#images[Symbol.dispose]();
  }
}
