/** A dataset of one's own making: pictures whose attributes are planted in their pixels. */
import type { Attribute, ImageDataset } from "../../../data/dataset.ts";
import type { DatasetInfo } from "../../../src/core/protocol.ts";
import { hash32, Rng } from "../../../src/core/rng.ts";

/** Shade, and whether the left half is brighter than the right one. */
interface Planted {
  readonly shade: number;
  readonly leftBright: boolean;
}

const planted = (index: number): Planted => ({
  shade: hash32(1, index) / 2 ** 31 - 1,
  leftBright: hash32(2, index) < 2 ** 30, // one in four
});

/** Pictures of 8 pixels, grey, of a shade each and a brighter half. */
export class PlantedDataset implements ImageDataset {
  readonly size = 8;
  readonly channels = 1;
  readonly #attributes: readonly Attribute[];

  constructor(readonly length = 400, attributes?: readonly Attribute[]) {
    this.#attributes = attributes ?? plantedAttributes(length);
  }

  get info(): DatasetInfo {
    return {
      name: "folder:planted",
      length: this.length,
      size: this.size,
      channels: this.channels,
      fingerprint: `planted-${this.length}`,
      attributes: this.#attributes.map(({ name }) => name),
      skipped: [],
    };
  }

  read(index: number, out: Float32Array<ArrayBuffer>): void {
    const { shade, leftBright } = planted(index);
    const rng = new Rng(index, "grain");
    for (let p = 0; p < 64; p++) {
      const side = (p % 8 < 4) === leftBright ? 0.25 : -0.25;
      out[p] = 0.6 * shade + side + rng.uniform(-0.1, 0.1);
    }
  }

  attributes(): readonly Attribute[] {
    return this.#attributes;
  }

  [Symbol.dispose](): void {}
}

/** One of each kind: yes or no, a number with gaps, and a choice of two. */
export function plantedAttributes(length: number): Attribute[] {
  const of = (value: (planted: Planted, index: number) => number) =>
    Float32Array.from({ length }, (_, index) => value(planted(index), index));
  return [
    {
      name: "shade",
      kind: "continuous",
      values: of(({ shade }, index) => index % 5 === 0 ? NaN : 40 + 10 * shade),
    },
    { name: "left", kind: "binary", values: of(({ leftBright }) => Number(leftBright)) },
    { name: "dark", kind: "binary", choice: "tone", values: of(({ shade }) => Number(shade < 0)) },
    {
      name: "light",
      kind: "binary",
      choice: "tone",
      values: of(({ shade }) => Number(shade >= 0)),
    },
  ];
}
