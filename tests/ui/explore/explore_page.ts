/** Explore in a browser, as tests look at it. */
import { join } from "@std/path";
import type { Locator, Page } from "playwright-core";
import { openDataset } from "../../../data/open.ts";
import { imageGrid, toByte } from "../../../src/core/images.ts";
import { encodePng } from "../../../src/core/png.ts";
import { openGenerator } from "../../../src/runs/open_generator.ts";
import { makeDrawnRun } from "../../server/drawn_run.ts";
import type { PageLab } from "../page_lab.ts";

const SIZE = 32;

/** RGB of a canvas that has been drawn. */
export async function pixelsOf(canvas: Locator): Promise<number[]> {
  await canvas.and(canvas.page().locator("[data-drawn]")).waitFor();
  return await canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext("2d")!.getImageData(0, 0, element.width, element.height);
    return [...data].filter((_, i) => i % 4 !== 3);
  });
}

/** A seed's picture on the wall. */
export const tile = (page: Page, seed: number): Locator => page.locator(`#seed-${seed} canvas`);
/** The first large picture of a panel. */
export const large = (page: Page): Locator => page.locator(".large-picture canvas").first();

/** Waits for the address to say something: it does so with a delay. */
export async function saysInAddress(page: Page, pattern: RegExp): Promise<void> {
  await page.waitForURL((url) => pattern.test(decodeURIComponent(url.search)));
}

/** The largest difference between what the page shows of seeds and what Deno draws of them. */
export async function differenceFromDeno(
  lab: PageLab,
  id: string,
  page: Page,
  seeds: readonly number[],
): Promise<number> {
  using run = lab.runs.open(id);
  using generator = await openGenerator(run, run.checkpoints().at(-1)!.step);
  const { pixels, channels } = await generator.drawSeeds(seeds);
  const length = SIZE * SIZE * channels;
  let worst = 0;
  for (const [i, seed] of seeds.entries()) {
    const shown = await pixelsOf(tile(page, seed));
    for (let at = 0; at < SIZE * SIZE * 3; at++) {
      const source = i * length + (channels === 3 ? at : Math.floor(at / 3));
      worst = Math.max(worst, Math.abs(shown[at]! - toByte(pixels[source]!)));
    }
  }
  return worst;
}

/** A run of three checkpoints, whose training pictures are what its last one draws of seeds 5 to 8. */
export async function makeRememberingRun(lab: PageLab): Promise<string> {
  const steps = [1, 2, 3];
  const folder = join(lab.cacheDir, "pictures");
  Deno.mkdirSync(folder);
  using run = lab.runs.open(await makeDrawnRun(lab.runs, { steps }));
  using generator = await openGenerator(run, 3);
  for (const seed of [5, 6, 7, 8]) {
    const png = await encodePng(imageGrid(await generator.drawSeeds([seed]), 1));
    await Deno.writeFile(join(folder, `${seed}.png`), png);
  }
  const data = `folder:${folder}`;
  const options = { size: SIZE, channels: 3, seed: 1, cacheDir: lab.cacheDir, threads: 1 } as const;
  using dataset = await openDataset(data, options);
  return await makeDrawnRun(lab.runs, { steps, data, info: dataset.info });
}
