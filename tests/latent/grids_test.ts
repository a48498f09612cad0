import { assertEquals, assertThrows } from "@std/assert";
import { cornerGrid } from "../../src/latent/grids.ts";
import { interpolationPath, slerp } from "../../src/latent/interpolation.ts";
import { latentsIn, latentsOfSeeds } from "../../src/latent/latents.ts";

const Z = 100;
const shape = { columns: 5, rows: 4 };

Deno.test("cornerGrid() of four has the seeds' latents in its corners, exactly", () => {
  const corners = latentsOfSeeds([1, 5, 9, 12], Z);
  for (const method of ["slerp", "lerp"] as const) {
    const grid = latentsIn(cornerGrid(corners, shape, method));
    assertEquals(grid.length, 20);
    assertEquals([grid[0], grid[4], grid[15], grid[19]], latentsIn(corners));
  }
});

Deno.test("cornerGrid() joins the edges first, then every row", () => {
  const [a, b, c, d] = latentsIn(latentsOfSeeds([1, 5, 9, 12], Z));
  const grid = latentsIn(cornerGrid(latentsOfSeeds([1, 5, 9, 12], Z), shape, "slerp"));
  const [left, right] = [slerp(a!, c!, 1 / 3), slerp(b!, d!, 1 / 3)];
  assertEquals([grid[5], grid[7], grid[9]], [left, slerp(left, right, 0.5), right]);
});

Deno.test("cornerGrid() of two goes from the first place to the last, row by row", () => {
  const corners = latentsOfSeeds([1, 5], Z);
  assertEquals(cornerGrid(corners, shape, "slerp"), interpolationPath(corners, 20, "slerp"));
});

Deno.test("cornerGrid() refuses other numbers of corners and four on one row", () => {
  const three = latentsOfSeeds([1, 2, 3], Z);
  assertThrows(() => cornerGrid(three, shape, "slerp"), RangeError, "four corners, got 3");
  const four = latentsOfSeeds([1, 2, 3, 4], Z);
  const row = () => cornerGrid(four, { columns: 5, rows: 1 }, "slerp");
  assertThrows(row, RangeError, "path of 1 frames");
});
