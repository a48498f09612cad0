import { assert, assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import { createRouter } from "../../../ui/router.ts";
import { exploreView, MOST_SEED } from "../../../ui/state/explore/view.ts";
import { WallState } from "../../../ui/state/explore/wall.ts";
import {
  crispSizes,
  GAP,
  layoutWall,
  seedsOfRows,
  WINDOW_ROWS,
  windowFor,
} from "../../../ui/state/explore/wall_layout.ts";
import { FakeAddressBar } from "../fakes.ts";

const SPACE = { width: 600, height: 400, pixelRatio: 1, imageSize: 64, wish: 72, smooth: false };

/** A wall in a box of 600 by 400 pixels, as a component would hold it. */
function openWall(query = "", box: readonly [number, number] = [600, 400]) {
  const bar = new FakeAddressBar(`/explore/a${query}`);
  const view = exploreView(createRouter(bar));
  const wall = new WallState(view, signal(64));
  const scrolled: number[] = [];
  wall.measured(...box, 1);
  wall.attach({ scrollTo: (top) => scrolled.push(top) });
  return { wall, view, scrolled, layout: wall.layout.value! };
}

Deno.test("layoutWall() takes the whole multiple nearest to the wish", () => {
  assertEquals(layoutWall(SPACE), { columns: 9, tile: 64, pitch: 66, rowsInSight: 8 });
  assertEquals(layoutWall({ ...SPACE, wish: 110 })!.tile, 128);
  assertEquals(layoutWall({ ...SPACE, imageSize: 32 })!.tile, 64);
  const smooth = layoutWall({ ...SPACE, smooth: true })!;
  assertEquals(
    [smooth.columns, smooth.columns * smooth.pitch],
    [8, 600 + GAP],
    "filling the width",
  );
  assertEquals(layoutWall({ ...SPACE, width: 0 }), null);
  assertEquals(layoutWall({ ...SPACE, width: 50 })!.tile, 50, "no wider than the box");
});

Deno.test("crispSizes() are whole numbers of the screen's pixels, within bounds", () => {
  assertEquals(crispSizes(64, 1), [64, 128, 192, 256]);
  assertEquals(crispSizes(64, 2).slice(0, 3), [64, 96, 128]);
  for (const [size, ratio] of [[28, 1], [32, 1.5], [128, 3], [512, 1]] as const) {
    for (const css of crispSizes(size, ratio)) {
      const pixels = css * ratio / size;
      assert(Math.abs(pixels - Math.round(pixels)) < 1e-9, `${css} px at ${ratio}`);
    }
  }
});

Deno.test("a wall holds what is in sight and little more, wherever it is", () => {
  const { wall, layout } = openWall();
  for (const top of [0, 100, 12_345, 1_000_000]) {
    wall.scrolled(top);
    const { from, to } = wall.rows.value;
    assert(to - from <= 2 * layout.rowsInSight, `${to - from} rows`);
    const seeds = wall.wanted.value;
    const first = wall.origin.value + Math.floor(top / layout.pitch);
    assertEquals(seeds[0], first * layout.columns);
    assert(new Set(seeds).size === seeds.length, "no seed twice");
    assert(seeds.length <= 3 * layout.rowsInSight * layout.columns);
  }
});

Deno.test("scrolling writes the first seed into the address, and only that", () => {
  const { wall, view, layout } = openWall();
  wall.scrolled(10 * layout.pitch + 3);
  assertEquals(view.seed.value.value, 10 * layout.columns);
  view.seed.set(0);
  assertEquals(wall.wanted.value[0], 0, "and the address scrolls");
});

Deno.test("a reopened address shows its seed at the top, at any width", () => {
  for (const width of [600, 390, 1200]) {
    const { wall, view, scrolled, layout } = openWall("?seed=1000", [width, 400]);
    const row = Math.floor(1000 / layout.columns);
    assertEquals(scrolled.at(-1), (row - wall.origin.value) * layout.pitch);
    assert(wall.wanted.value.slice(0, layout.columns).includes(1000));
    assertEquals(view.seed.value.value, 1000, "the address is left as it is");
  }
});

Deno.test("the wall has no end: its window moves on, and what is in sight stays", () => {
  const { wall, scrolled, layout } = openWall();
  const before = WINDOW_ROWS - 1000;
  wall.scrolled(before * layout.pitch);
  assert(wall.origin.value > 0, "the window has moved");
  assertEquals(wall.wanted.value[0], before * layout.columns);
  assertEquals(scrolled.at(-1), (before - wall.origin.value) * layout.pitch);
});

Deno.test("jump() goes to any seed there is, the last one included", () => {
  const { wall, view, layout } = openWall();
  wall.jump(MOST_SEED);
  assertEquals(view.seed.value.value, MOST_SEED);
  assert(wall.wanted.value.includes(MOST_SEED), "the last seed is wanted");
  assertEquals(Math.max(...wall.wanted.value), MOST_SEED);
  wall.jump(-5);
  assertEquals(wall.active.value, 0);
  assertEquals(wall.origin.value, 0);
  assertEquals(layout.pitch, 64 + GAP);
});

Deno.test("move() goes by tile, row and page, and scrolls no further than needed", () => {
  const { wall, scrolled, layout } = openWall();
  assertEquals(wall.move("right"), 0, "the first key only shows where the keyboard is");
  assertEquals(wall.move("right"), 1);
  assertEquals(wall.move("down"), 1 + layout.columns);
  assertEquals(wall.move("end"), 2 * layout.columns - 1);
  assertEquals(wall.move("start"), layout.columns);
  assertEquals(wall.move("up"), 0);
  assertEquals(wall.move("left"), 0, "there is nothing before seed 0");
  scrolled.length = 0;
  const paged = wall.move("pageDown");
  assertEquals(paged % layout.columns, 0);
  const row = paged / layout.columns;
  assertEquals(scrolled, [(row + 1) * layout.pitch - 400]);
});

Deno.test("seedsOfRows() and windowFor() stay among the seeds", () => {
  assertEquals(seedsOfRows(-1, 1, 3), [0, 1, 2]);
  assertEquals(windowFor(5, 10), 0);
  const last = Math.floor(MOST_SEED / 10);
  assertEquals(windowFor(last, 10), last + 1 - WINDOW_ROWS);
});
