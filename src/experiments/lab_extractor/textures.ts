/**
 * Pictures of nothing in particular, with the statistics of photographs: overlapping leaves of all sizes
 * (the dead-leaves model; Lee, Mumford & Huang, 2001, https://doi.org/10.1023/A:1011109015675), grained
 * by noise whose spectrum falls as a power of frequency. Networks learn useful vision from such
 * (Baradad et al., 2021, https://arxiv.org/abs/2106.05963).
 */
import { Rng } from "../../core/rng.ts";

/** Side of the noise fields, which repeat. */
const FIELD = 128;
/** Weight of each octave beside the next finer one, of each field in turn: from white to cloudy. */
const ROUGHNESS = [0.5, 0.7, 1, 1.4, 2] as const;

/** What a texture is made by; each in [0, 1]. */
export interface TextureFactors {
  readonly leafSize: number;
  readonly grain: number;
  readonly roughness: number;
}

/** Noise of variance 1, [FIELD, FIELD], as a sum of octaves of smoothly interpolated white noise. */
function noiseField(weight: number, rng: Rng): Float32Array {
  const field = new Float32Array(FIELD * FIELD);
  for (let octave = 0; octave < 6; octave++) {
    const step = 2 ** octave;
    const side = FIELD / step;
    const white = rng.fillNormal(new Float32Array(side * side));
    for (let y = 0; y < FIELD; y++) {
      for (let x = 0; x < FIELD; x++) {
        field[y * FIELD + x]! += weight ** octave * between(white, side, x / step, y / step);
      }
    }
  }
  const deviation = Math.sqrt(field.reduce((sum, v) => sum + v * v, 0) / field.length);
  return field.map((value) => value / deviation);
}

/** Bilinear interpolation in a field that repeats. */
function between(values: Float32Array, side: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - left, y - top];
  const at = (row: number, column: number) => values[(row % side) * side + (column % side)]!;
  return (1 - fy) * ((1 - fx) * at(top, left) + fx * at(top, left + 1)) +
    fy * ((1 - fx) * at(top + 1, left) + fx * at(top + 1, left + 1));
}

interface Leaf {
  readonly x: number;
  readonly y: number;
  readonly long: number;
  readonly short: number;
  readonly angle: number;
  readonly colour: readonly number[];
}

/** Draws textures of one size. */
export class TexturePainter {
  readonly #size: number;
  readonly #fields: readonly Float32Array[];

  /** The noise fields are drawn from `seed`. */
  constructor(size: number, seed: number) {
    const rng = new Rng(seed, "texture fields");
    this.#size = size;
    this.#fields = ROUGHNESS.map((weight) => noiseField(weight, rng));
  }

  /** Draws leaves and grain into `out`, [size, size, 3], and says what they were made by. */
  paint(rng: Rng, out: Float32Array): TextureFactors {
    const size = this.#size;
    const leafSize = rng.uniform();
    const largest = size * (0.1 + 0.5 * leafSize);
    const palette = [rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8), rng.uniform(-0.8, 0.8)];
    const spread = rng.uniform(0.1, 0.8);
    for (let i = 0; i < out.length; i++) out[i] = palette[i % 3]!;
    const leaves = Math.round(20 + 60 * (1 - leafSize));
    for (let i = 0; i < leaves; i++) {
      const long = Math.max(1.5, largest * rng.uniform() ** 2);
      this.#paintLeaf(out, {
        x: rng.uniform(0, size),
        y: rng.uniform(0, size),
        long,
        short: long * rng.uniform(0.3, 1),
        angle: rng.uniform(0, Math.PI),
        colour: palette.map((c) => Math.max(-1, Math.min(1, c + spread * rng.normal()))),
      });
    }
    return { leafSize, ...this.grain(rng, out, 0.4) };
  }

  /** Adds grain of up to `strongest` standard deviations to a picture, and says how much and which. */
  grain(rng: Rng, out: Float32Array, strongest: number): Omit<TextureFactors, "leafSize"> {
    const size = this.#size;
    const [grain, kind] = [rng.uniform(), rng.below(ROUGHNESS.length)];
    const field = this.#fields[kind]!;
    const [left, top] = [rng.below(FIELD), rng.below(FIELD)];
    const tint = [0, 1, 2].map(() => grain * strongest * rng.uniform(0.7, 1));
    for (let y = 0; y < size; y++) {
      const row = ((top + y) % FIELD) * FIELD;
      for (let x = 0; x < size; x++) {
        const value = field[row + (left + x) % FIELD]!;
        const at = 3 * (y * size + x);
        for (let c = 0; c < 3; c++) {
          out[at + c] = Math.max(-1, Math.min(1, out[at + c]! + tint[c]! * value));
        }
      }
    }
    return { grain, roughness: kind / (ROUGHNESS.length - 1) };
  }

  /** An ellipse with an edge one pixel soft. */
  #paintLeaf(out: Float32Array, { x, y, long, short, angle, colour }: Leaf): void {
    const size = this.#size;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const from = (centre: number) => Math.max(0, Math.floor(centre - long - 1));
    const to = (centre: number) => Math.min(size - 1, Math.ceil(centre + long + 1));
    for (let py = from(y); py <= to(y); py++) {
      for (let px = from(x); px <= to(x); px++) {
        const dx = px - x;
        const dy = py - y;
        const u = (dx * cos + dy * sin) / long;
        const v = (dy * cos - dx * sin) / short;
        const cover = Math.min(1, (1 - Math.sqrt(u * u + v * v)) * short + 0.5);
        if (cover <= 0) continue;
        const at = 3 * (py * size + px);
        for (let c = 0; c < 3; c++) out[at + c]! += cover * (colour[c]! - out[at + c]!);
      }
    }
  }
}
