/** Compare in a browser, as tests look at it. */
import { assertEquals } from "@std/assert";
import type { Locator, Page, Request } from "playwright-core";
import { toByte } from "../../../src/core/images.ts";
import { openGenerator } from "../../../src/runs/open_generator.ts";
import { pixelsOf } from "../explore/explore_page.ts";
import type { PageLab } from "../page_lab.ts";

/** A run with checkpoints of steps 10, 20 and 30, and one of 10 and 40 whose latents are shorter. */
export interface Runs {
  readonly a: string;
  readonly b: string;
}

/** A panel by its letter. */
export const panel = (page: Page, letter: string): Locator =>
  page.locator(`section[aria-label="Panel ${letter}"]`);

/** A panel's picture, or difference, of a seed. */
export const tile = (page: Page, letter: string, seed: number): Locator =>
  page.locator(`.compare-tile[data-letter="${letter}"][data-seed="${seed}"]`);

/** RGB of what a tile shows. */
export const shown = (page: Page, letter: string, seed: number): Promise<number[]> =>
  pixelsOf(tile(page, letter, seed).locator("canvas"));

/** Waits until a panel says that it shows a step. */
export async function standsAt(page: Page, letter: string, step: number): Promise<void> {
  const option = page.getByLabel(`Step of ${letter}`, { exact: true }).locator("option:checked");
  await option.filter({ hasText: new RegExp(`^Step ${step}\\b`) }).waitFor({ state: "attached" });
}

/** RGB of a seed's picture as Deno draws it, in bytes. */
export async function drawnByDeno(
  lab: PageLab,
  id: string,
  step: number,
  seed: number,
): Promise<number[]> {
  using run = lab.runs.open(id);
  using generator = await openGenerator(run, step);
  const { pixels, channels } = await generator.drawSeeds([seed]);
  const bytes = Array.from(pixels, toByte);
  return channels === 3 ? bytes : bytes.flatMap((value) => [value, value, value]);
}

/** Waits until a tile shows a picture, to one level of 255: devices differ by no more. */
export async function comesToShow(
  page: Page,
  letter: string,
  seed: number,
  expected: readonly number[],
): Promise<void> {
  const off = (pixels: readonly number[]) =>
    Math.max(...pixels.map((value, i) => Math.abs(value - expected[i]!)));
  const deadline = Date.now() + 10_000;
  let worst = Infinity;
  while (worst > 1 && Date.now() < deadline) {
    worst = off(await shown(page, letter, seed));
    if (worst > 1) await page.waitForTimeout(30);
  }
  assertEquals(worst <= 1, true, `${letter}, seed ${seed}: other by ${worst} levels`);
}

/** Where the layers of all panels are: all the same, or the zoom is not one. */
export async function layerPlaces(page: Page): Promise<string[]> {
  const transforms = await page.locator(".layer").evaluateAll((layers) =>
    layers.map((layer) => (layer as HTMLElement).style.transform)
  );
  return [...new Set(transforms)];
}

/** All that a shared address should bring back: texts, places and every picture's pixels. */
export async function view(page: Page): Promise<unknown> {
  await page.waitForFunction(() => {
    const canvases = [...document.querySelectorAll(".compare-tile canvas")];
    return canvases.length > 0 && canvases.every((canvas) => canvas.hasAttribute("data-drawn"));
  });
  const canvases = page.locator(".compare-tile canvas");
  const pictures = [];
  for (let i = 0; i < await canvases.count(); i++) pictures.push(await pixelsOf(canvases.nth(i)));
  return {
    pictures,
    places: await layerPlaces(page),
    heads: await page.locator(".panel-head select").evaluateAll((selects) =>
      selects.map((select) => (select as HTMLSelectElement).value)
    ),
    step: await page.locator(".step-text").textContent(),
    means: await page.locator(".tile-mean").allTextContents(),
    command: await page.locator(".compare-command code").textContent(),
    zoom: await page.locator(".zoom-note").textContent(),
  };
}

/**
 * Watches what the page asks the server to draw from now on. What it returns waits until nothing was asked
 * for in a while: what is drawn ahead is there by then, too.
 */
export function watchDrawings(page: Page): () => Promise<void> {
  const underWay = new Set<Request>();
  let since = Date.now();
  const begun = (request: Request) => {
    if (!request.url().endsWith("/images")) return;
    underWay.add(request);
    since = Date.now();
  };
  const ended = (request: Request) => {
    if (underWay.delete(request)) since = Date.now();
  };
  page.on("request", begun);
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  return async () => {
    while (underWay.size > 0 || Date.now() - since < 500) await page.waitForTimeout(50);
  };
}

/** Two fingers that part, over the middle of the first frame. */
export async function pinch(page: Page): Promise<void> {
  const { x, y, width, height } = (await page.locator(".frame").first().boundingBox())!;
  const client = await page.context().newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", apart: number) =>
    client.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: type === "touchEnd" ? [] : [-apart, apart].map((by, id) => (
        { id, x: x + width / 2 + by, y: y + height / 2 }
      )),
    });
  await touch("touchStart", 20);
  for (const apart of [25, 30, 35, 40]) await touch("touchMove", apart);
  await touch("touchEnd", 40);
}
