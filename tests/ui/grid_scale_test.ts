import { assertEquals } from "@std/assert";
import { fitGrid } from "../../ui/components/grid_scale.ts";

const GRID = { width: 256, height: 128 };

Deno.test("fitGrid() takes the largest whole number of screen pixels for each of the grid's", () => {
  assertEquals(fitGrid(GRID, 600, 1), { width: 512, height: 256, exact: true });
  assertEquals(fitGrid(GRID, 400, 2), { width: 384, height: 192, exact: true });
});

Deno.test("fitGrid() fills the width where a whole number would leave it small", () => {
  assertEquals(fitGrid(GRID, 200, 1), { width: 200, height: 100, exact: false });
  assertEquals(fitGrid(GRID, 400, 1), { width: 400, height: 200, exact: false });
});
