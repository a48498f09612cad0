import { assert, assertEquals } from "@std/assert";
import {
  blockBytes,
  blocksFor,
  filterBlocksFor,
  gain,
  pointsFor,
  type Tiling,
} from "../../../src/backends/simd/kernels/winograd_plan.ts";
import { Rng } from "../../../src/core/rng.ts";
import { oneOf } from "./against_stock.ts";

/** What blocks may fill of a thread's scratch memory. */
const ROOM = 2 ** 19 - 16_384;

function draw(rng: Rng): Tiling {
  const channels = () => 4 * Math.ceil(2 ** rng.uniform(0, 9));
  const phases = oneOf(rng, [1, 4]);
  const gradient = rng.uniform(0, 1) < 0.5;
  return {
    points: oneOf(rng, [5, 6, 8]),
    gradient,
    tiles: Math.ceil(2 ** rng.uniform(0, 14)),
    inPhases: gradient ? 1 : phases,
    outPhases: gradient ? phases : 1,
    sourceChannels: channels(),
    targetChannels: channels(),
  };
}

Deno.test("blocks fit a thread's scratch memory, and products' panels", () => {
  const rng = new Rng(1, "blocks");
  for (let i = 0; i < 2000; i++) {
    const tiling = draw(rng);
    const { points } = tiling;
    const { tiles, k, n, filtersAhead } = blocksFor(tiling);
    const said = JSON.stringify([tiling, tiles, k, n, filtersAhead]);
    const sums = blockBytes(points, tiles, n);
    const other = filtersAhead ? blockBytes(points, tiles, k) : blockBytes(points, k, n);
    assert(sums + other <= ROOM, said);
    assertEquals([tiles % 2, k % 4, n % 8], [0, 0, 0], said);
    assert(tiles >= 4 && k >= 4 && k <= 512 && n >= 8, said);
    const filter = filterBlocksFor(tiling);
    assertEquals([filter.k % 4, filter.n % 8], [0, 0], said);
    assert(filter.tiles >= 1 && filter.k <= 512 && filter.n <= 512, said);
    assert(blockBytes(points, filter.k, filter.n) <= ROOM, said);
  }
});

Deno.test("gain() is under the share of multiplications that are left out, and grows with channels", () => {
  const tiling = (channels: number): Tiling => ({
    points: 6,
    gradient: false,
    tiles: 288,
    inPhases: 1,
    outPhases: 1,
    sourceChannels: channels,
    targetChannels: channels,
  });
  const products = 8 * (24 * 3) ** 2;
  const gains = [4, 32, 1024].map((channels) => gain(tiling(channels), products, "convolution"));
  assert(gains[0]! < 1 && gains[1]! > 2 && gains[2]! > gains[1]! && gains[2]! < 4, gains.join());
});

Deno.test("pointsFor() knows 3×3, 5×5, and 4×4 by steps of two", () => {
  const sizes = [1, 2, 3, 4, 5, 6];
  assertEquals(sizes.map((size) => pointsFor(size, 1)), [0, 0, 6, 0, 8, 0]);
  assertEquals(sizes.map((size) => pointsFor(size, 2)), [0, 0, 0, 5, 0, 0]);
});
