/** The pictures that the extractor is trained on, spoilt at random, with what is to be told of each. */
import type { ImageDataset } from "../../../data/dataset.ts";
import { openFaces } from "../../../data/faces.ts";
import { Rng } from "../../core/rng.ts";
import { LAB_SIZE as SIZE } from "../../metrics/lab/network.ts";
import { addNoise, blur, scramble, warp } from "./degrade.ts";
import { loseByJpeg } from "./jpeg_loss.ts";
import { faceColumns, FAULTS, type Task, TEXTURE_TASKS, TONES } from "./tasks.ts";
import { TexturePainter } from "./textures.ts";

/** A batch of pictures and targets. */
export interface Lesson {
  /** [B, 64, 64, 3] in [-1, 1]. */
  readonly pixels: Float32Array<ArrayBuffer>;
  /** [B, tasks]; 0 where unknown. */
  readonly targets: Float32Array<ArrayBuffer>;
  /** [B, tasks]: how much each target counts; 0 where unknown. */
  readonly weights: Float32Array<ArrayBuffer>;
  readonly count: number;
}

/** Sides at which faces are drawn, and the middle then cut out: from the bust to the face alone. */
const DRAWN_SIDES = [64, 80, 96, 112] as const;
/** The embedded faces at each side. */
const FACES: readonly ImageDataset[] = DRAWN_SIDES.map((size) => openFaces({ size, seed: 1 }));
const POOL = 1024;
/** Share of a batch whose faces are drawn anew: each face is shown about six times. */
const RENEWED = 1 / 8;
/** Share of pictures that are textures. */
const TEXTURES = 0.25;
/** How far the window may lie off the middle, in pixels. */
const SHIFT = 8;
/** How much a target of each kind counts beside a face's attribute. */
const WEIGHTS = { fault: 5, texture: 3, tone: 2 } as const;
/** Probability of each fault. */
const FAULTY = 0.35;

const LENGTH = SIZE * SIZE * 3;
/** Draws of noise kept: a picture's are some in a row, from anywhere among them. */
const NORMALS = 1 << 18;
const BYTE_TO_UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

interface DrawnFace {
  readonly index: number;
  readonly side: number;
  readonly pixels: Uint8Array;
}

/** Which faces are shown: those from `from` to `to` − 1 of the embedded data set. */
export interface LessonOptions {
  readonly seed: number;
  readonly batch: number;
  readonly from: number;
  readonly to: number;
  /** The largest amount of a fault, 1 unless told. */
  readonly severity?: number;
  /** Faces drawn ahead, each shown some times before another takes its place; 1,024 unless told. */
  readonly pool?: number;
}

/** Endless lessons; equal options give equal ones. */
export class Lessons implements Iterator<Lesson, never> {
  /** The columns of the targets. */
  readonly tasks: readonly Task[];
  readonly #options: LessonOptions;
  readonly #rng: Rng;
  readonly #columns: ReturnType<typeof faceColumns>;
  readonly #textures: TexturePainter;
  readonly #normals: Float32Array;
  readonly #poolSize: number;
  readonly #pool: DrawnFace[] = [];
  #renewed = 0;

  constructor(options: LessonOptions) {
    this.#options = options;
    this.#rng = new Rng(options.seed, "lessons");
    this.#poolSize = options.pool ?? POOL;
    this.#columns = faceColumns(FACES[0]!.attributes());
    this.#textures = new TexturePainter(SIZE, options.seed);
    this.#normals = this.#rng.fillNormal(new Float32Array(NORMALS));
    const numbers = [...FAULTS, ...TEXTURE_TASKS, ...TONES];
    this.tasks = [
      ...this.#columns.map(({ name, kind }) => ({ name, kind })),
      ...numbers.map((name) => ({ name, kind: "number" } as const)),
    ];
  }

  next(): IteratorYieldResult<Lesson> {
    const { batch } = this.#options;
    this.#renew(this.#pool.length === 0 ? this.#poolSize : Math.ceil(batch * RENEWED));
    const width = this.tasks.length;
    const lesson = {
      pixels: new Float32Array(batch * LENGTH),
      targets: new Float32Array(batch * width),
      weights: new Float32Array(batch * width),
      count: batch,
    };
    for (let i = 0; i < batch; i++) {
      const known = this.#paint(lesson.pixels.subarray(i * LENGTH, (i + 1) * LENGTH));
      known.forEach(({ value, weight }, task) => {
        if (Number.isNaN(value)) return;
        lesson.targets[i * width + task] = value;
        lesson.weights[i * width + task] = weight;
      });
    }
    return { done: false, value: lesson };
  }

  /** Draws `count` faces into the pool, the oldest giving way. */
  #renew(count: number): void {
    const { from, to } = this.#options;
    for (let i = 0; i < count; i++) {
      const index = from + this.#rng.below(to - from);
      const faces = FACES[this.#rng.below(FACES.length)]!;
      const drawn = new Float32Array(faces.size * faces.size * 3);
      faces.read(index, drawn);
      const pixels = Uint8Array.from(drawn, (v) => Math.round((v + 1) * 127.5));
      this.#pool[this.#renewed++ % this.#poolSize] = { index, side: faces.size, pixels };
    }
  }

  /** One picture, and the value of every task in order, NaN where it is unknown. */
  #paint(out: Float32Array): { value: number; weight: number }[] {
    const rng = this.#rng;
    const grey = rng.uniform() < 0.2;
    let attributes: number[];
    let texture: number[];
    if (rng.uniform() < TEXTURES) {
      const { leafSize, grain, roughness } = this.#textures.paint(rng, out);
      attributes = this.#columns.map(() => NaN);
      texture = [leafSize, grain, roughness];
    } else {
      attributes = this.#paintFace(out, grey);
      const { grain, roughness } = rng.uniform() < 0.6
        ? this.#textures.grain(rng, out, 0.2)
        : { grain: 0, roughness: NaN };
      texture = [NaN, grain / 2, roughness];
    }
    retone(out, grey, rng);
    const faults = this.#spoil(out);
    const number = (weight: number) => (value: number) => ({ value, weight });
    return [
      ...attributes.map(number(1)),
      ...faults.map(number(WEIGHTS.fault)),
      ...texture.map(number(WEIGHTS.texture)),
      ...tonesOf(out).map(number(WEIGHTS.tone)),
    ];
  }

  #paintFace(out: Float32Array, grey: boolean): number[] {
    const rng = this.#rng;
    const { index, side, pixels } = this.#pool[rng.below(this.#pool.length)]!;
    const mirrored = rng.uniform() < 0.5;
    const off = () => {
      const [middle, reach] = [(side - SIZE) >> 1, Math.min(SHIFT, (side - SIZE) >> 1)];
      return middle + (reach === 0 ? 0 : rng.below(2 * reach + 1) - reach);
    };
    const [left, top] = [off(), off()];
    for (let y = 0; y < SIZE; y++) {
      for (let x = 0; x < SIZE; x++) {
        const from = 3 * ((top + y) * side + left + (mirrored ? SIZE - 1 - x : x));
        const to = 3 * (y * SIZE + x);
        for (let c = 0; c < 3; c++) out[to + c] = BYTE_TO_UNIT[pixels[from + c]!]!;
      }
    }
    return this.#columns.map((column) => column.valueOf(index, mirrored, grey));
  }

  /** Spoils a picture in some ways by some amounts; returns those of `FAULTS`, each in [0, 1]. */
  #spoil(image: Float32Array): number[] {
    const rng = this.#rng;
    const severity = this.#options.severity ?? 1;
    const [blurred, noisy, lossy, warped, scrambled] = FAULTS.map(() =>
      rng.uniform() < FAULTY ? severity * rng.uniform() : 0
    ) as [number, number, number, number, number];
    scramble(image, SIZE, Math.round(6 * scrambled), rng);
    warp(image, SIZE, 4 * warped, rng);
    blur(image, SIZE, 3, 3 * blurred ** 2);
    if (noisy > 0) addNoise(image, 0.6 * noisy ** 2, this.#noise());
    if (lossy > 0) loseByJpeg(image, SIZE, Math.round(96 - 92 * lossy));
    return [blurred, noisy, lossy, warped, scrambled];
  }

  /** Noise for a picture. */
  #noise(): Float32Array {
    const from = this.#rng.below(NORMALS - LENGTH + 1);
    return this.#normals.subarray(from, from + LENGTH);
  }
}

/** Changes contrast, brightness and the balance of colours a little; takes colours away from `grey`. */
function retone(image: Float32Array, grey: boolean, rng: Rng): void {
  const contrast = rng.uniform(0.65, 1.2);
  const light = rng.uniform(-0.25, 0.25);
  const gains = [0, 1, 2].map(() => contrast * rng.uniform(0.9, 1.1));
  for (let i = 0; i < image.length; i += 3) {
    const luma = 0.299 * image[i]! + 0.587 * image[i + 1]! + 0.114 * image[i + 2]!;
    for (let c = 0; c < 3; c++) {
      const value = grey ? contrast * luma : gains[c]! * image[i + c]!;
      image[i + c] = Math.max(-1, Math.min(1, value + light));
    }
  }
}

/** The simple figures of a picture, `TONES`. */
function tonesOf(image: Float32Array): number[] {
  const means = [0, 0, 0];
  let squares = 0;
  for (let i = 0; i < image.length; i += 3) {
    const mean = (image[i]! + image[i + 1]! + image[i + 2]!) / 3;
    squares += mean * mean;
    for (let c = 0; c < 3; c++) means[c]! += image[i + c]!;
  }
  const count = image.length / 3;
  const mean = (means[0]! + means[1]! + means[2]!) / (3 * count);
  return [...means.map((sum) => (2 * sum) / count), 3 * Math.sqrt(squares / count - mean * mean)];
}
