/** Enlarge in Chromium, over the real server and real networks, untrained. */
import { Buffer } from "node:buffer";
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { makeEnlargerRun } from "../../server/enlarger_run.ts";
import { requirement } from "../../support.ts";
import { chromiumLacking } from "../chromium.ts";
import { layerPlaces, pinch } from "../compare/compare_page.ts";
import { saysInAddress } from "../explore/explore_page.ts";
import { NARROW, overflow, PageLab, reads } from "../page_lab.ts";
import {
  choose,
  type EnlargerRuns,
  hand,
  isDone,
  panel,
  picture,
  SIDES,
  view,
} from "./enlarge_page.ts";

const LETTER = Buffer.from("Dear reader,");

/** Without any run: how to come by one, and bicubic of the example meanwhile. */
async function teaches(lab: PageLab): Promise<void> {
  await lab.look("/enlarge", async (page) => {
    await reads(page, ".no-networks code", /^deno task train-sr --scale 4 --data folder:PICTURES$/);
    await page.getByText("×3", { exact: true }).click();
    await reads(page, ".no-networks code", /--scale 3/);
    await page.getByRole("button", { name: "Take a drawn example" }).click();
    const { panels, figures } = await view(page);
    assertEquals(panels, ["A: Small picture", "B: Bicubic", "C: Truth"]);
    assertEquals(figures.length, 2);
    assertEquals(await page.title(), "Enlarge ×3 · Atelier");
  });
}

/** A dropped truth: every panel, its figures with the best marked, and the files to keep. */
async function enlarges(lab: PageLab, { sr, gan }: EnlargerRuns): Promise<void> {
  await lab.look("/enlarge?scale=4", async (page) => {
    await page.getByLabel("This is the truth").check();
    await hand(page, "drop", await picture());
    const { panels, sizes, figures, command } = await view(page);
    assertEquals(panels, [
      ...["A: Small picture", "B: Bicubic", "C: EDSR compact", "D: SRGAN", "E: Truth"],
    ]);
    assertEquals(sizes, [12, 48, 48, 48, 48]);
    const decibels = figures.flatMap((text) => /^([\d.]+)\sdB/.exec(text)?.[1] ?? []).map(Number);
    assertEquals(decibels.length, 3);
    const best = await page.locator("[data-best] dd").first().textContent();
    assertEquals(best, `${Math.max(...decibels).toFixed(2)}\u00a0dBbest`);
    const rows = page.locator(".enlarge-figures tbody th");
    const names = ["psnr-y-crop4", "ssim-y-crop4", "psnr-rgb-crop4", "ssim-rgb-crop4"];
    for (const name of names) await rows.filter({ hasText: name }).waitFor();
    await saysInAddress(page, new RegExp(`models=bicubic,${sr}@9,${gan}@5`));
    assertEquals(command, `deno task upscale stripes.png --model ${gan}@5`);

    const coming = page.waitForEvent("download");
    await panel(page, "D").getByRole("link", { name: "Download D, SRGAN" }).click();
    const suffix = gan.split("-").at(-1);
    assertEquals((await coming).suggestedFilename(), `stripes-x4-srgan-${suffix}-5.png`);
  });
}

/** Models, steps and scale are changed; each is a place that "back" returns from. */
async function changes(lab: PageLab, { sr, twice }: EnlargerRuns): Promise<void> {
  await lab.look("/enlarge?scale=4", async (page) => {
    await choose(page, await picture());
    await isDone(page);
    assertEquals(await page.locator(".layer img").first().getAttribute("src"), lowOf(page));
    await panel(page, "D").getByRole("button", { name: "Remove D" }).click();
    await page.getByLabel("Step of C").selectOption("4");
    await saysInAddress(page, new RegExp(`models=bicubic,${sr}@4(&|$)`));
    await page.getByRole("button", { name: "Move C to the left" }).click();
    assertEquals((await view(page)).panels, ["A: Small picture", "B: EDSR compact", "C: Bicubic"]);
    await page.getByText("×2", { exact: true }).click();
    await saysInAddress(page, new RegExp(`scale=2.*models=bicubic,${twice}@5`));
    const { panels, sizes } = await view(page);
    assertEquals(panels, ["A: Small picture", "B: Bicubic", "C: FSRCNN"]);
    assertEquals(sizes, [SIDES.width, 2 * SIDES.width, 2 * SIDES.width]);
    await page.goBack();
    assertEquals((await view(page)).panels, ["A: Small picture", "B: EDSR compact", "C: Bicubic"]);
    await page.getByLabel("This is the truth").check();
    assertEquals((await view(page)).panels.at(-1), "D: Truth");
  });
}

const lowOf = (page: Page) =>
  `/api/pictures/${new URL(page.url()).searchParams.get("picture")}/low.png`;

/** Wheel, drag and keys move all pictures alike; far in, pixels are squares. */
async function zooms(lab: PageLab): Promise<void> {
  await lab.look("/enlarge?models=bicubic", async (page) => {
    await hand(page, "paste", await picture("image.png"));
    await isDone(page);
    assertEquals(await page.locator(".picture-name").count(), 0, "browsers make that name up");
    const [whole] = await layerPlaces(page);
    const box = (await page.locator(".frame").first().boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(0.25, 0.25));
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await reads(page, ".zoom-note", /^×1\.8/);
    const zoomed = await layerPlaces(page);
    assertEquals(zoomed.length, 1, "every picture is enlarged alike");
    await page.mouse.down();
    await page.mouse.move(...at(0.15, 0.15), { steps: 4 });
    await page.mouse.up();
    assertNotEquals(await layerPlaces(page), zoomed);
    await saysInAddress(page, /zoom=1\.82:/);
    await page.keyboard.press("0");
    assertEquals(await layerPlaces(page), [whole]);
    for (let i = 0; i < 4; i++) await page.keyboard.press("+");
    const rendering = await page.locator(".layer img").evaluateAll((images) =>
      images.map((image) => getComputedStyle(image).imageRendering)
    );
    assertEquals(rendering, ["pixelated", "pixelated"]);
    const enlarged = await layerPlaces(page);
    await page.keyboard.press("Shift+ArrowLeft");
    assertNotEquals(await layerPlaces(page), enlarged);
    await page.getByRole("button", { name: "Show whole" }).click();
    assertEquals(await layerPlaces(page), [whole]);
  });
}

/** The edge is moved by keys wherever the focus is, and letters choose what it parts. */
async function wipes(lab: PageLab): Promise<void> {
  await lab.look("/enlarge?view=wipe&truth=1&scale=4", async (page) => {
    await choose(page, await picture());
    const edge = (between: string) =>
      page.getByRole("slider", { name: `Edge between ${between}`, exact: true });
    await edge("B Bicubic and D SRGAN").waitFor();
    const clip = () =>
      page.locator(".wiped-over").evaluate((element) => (element as HTMLElement).style.clipPath);
    await page.keyboard.press("ArrowRight");
    assertEquals(await clip(), "inset(0px 0px 0px 51%)");
    await edge("B Bicubic and D SRGAN").press("Home");
    assertEquals(await clip(), "inset(0px 0px 0px 0%)");
    await page.locator("h1").click();
    await page.keyboard.press("e");
    await edge("B Bicubic and E Truth").waitFor();
    await page.keyboard.press("Shift+A");
    await edge("A Small picture and E Truth").waitFor();
    await saysInAddress(page, /pair=AE/);
    await page.getByRole("combobox", { name: "Right" }).selectOption({ label: "C EDSR compact" });
    await edge("A Small picture and C EDSR compact").waitFor();
    await page.locator("h1").click();
    await page.keyboard.press("s");
    await panel(page, "E").waitFor();
    await page.keyboard.press("w");
    await edge("A Small picture and C EDSR compact").waitFor();
  });
}

async function reopens(lab: PageLab, { sr, gan }: EnlargerRuns): Promise<void> {
  let [address, before] = ["", {}];
  await lab.look(`/enlarge?truth=1&models=${gan},bicubic,${sr}@4`, async (page) => {
    await choose(page, await picture());
    await isDone(page);
    await page.keyboard.press("+");
    await saysInAddress(page, /zoom=/);
    before = await view(page);
    address = new URL(page.url()).pathname + new URL(page.url()).search;
  });
  await lab.look(address, async (page) => {
    assertEquals(await view(page), before);
    assertEquals(await page.getByLabel("This is the truth").isChecked(), true);
  });
}

async function fitsPhones(lab: PageLab): Promise<void> {
  await lab.look("/enlarge", async (page) => {
    await page.locator(".drop-zone").waitFor();
    assertEquals(await overflow(page), 0);
    await page.getByText("This is the truth").tap();
    await choose(page, await picture());
    await isDone(page);
    for (const name of ["Wipe", "Side by side"]) {
      await page.getByText(name, { exact: true }).tap();
      await isDone(page);
      assertEquals([name, await overflow(page)], [name, 0]);
    }
    await pinch(page);
    await reads(page, ".zoom-note", /^×(1\.[5-9]|2)/);
    assertEquals((await layerPlaces(page)).length, 1);
    assertEquals(await overflow(page), 0);
  }, { viewport: NARROW, deviceScaleFactor: 2, hasTouch: true });
}

async function saysWhatIsWrong(lab: PageLab, { sr }: EnlargerRuns): Promise<void> {
  await lab.look("/enlarge?picture=0123456789abcdef0123&models=bicubic", async (page) => {
    await reads(page, ".notice", /The server no longer has this picture.*Drop it again/);
    await choose(page, { ...await picture("letter.txt"), buffer: LETTER });
    await reads(page, ".notice", /Cannot use the picture: expected a JPEG, PNG.* got a file/);
    await choose(page, await picture());
    await isDone(page);
    assertEquals(await page.locator(".notice").count(), 0);
  }, { mayComplain: true }); // of what was refused
  await lab.look(`/enlarge?models=bicubic,nobody@7,${sr}`, async (page) => {
    await choose(page, await picture());
    await panel(page, "C").getByRole("alert").filter({ hasText: /nobody/ }).waitFor();
    await panel(page, "D").getByRole("link", { name: /^Download/ }).waitFor();
    const serveAgain = await lab.hangUp();
    await page.getByLabel("Step of D").selectOption("4");
    await reads(page, ".notice", /The server does not answer. Trying again/);
    serveAgain();
    await panel(page, "D").getByRole("link", { name: /^Download/ }).waitFor();
    await page.locator(".notice").waitFor({ state: "detached" });
  }, { mayComplain: true }); // of refused connections
}

async function leadsHere(lab: PageLab, { twice }: EnlargerRuns): Promise<void> {
  await lab.look(`/runs/${twice}`, async (page) => {
    await page.locator(".run-ways").getByRole("link", { name: "Enlarge" }).click();
    await saysInAddress(page, new RegExp(`^\\?models=bicubic,${twice}$`));
    assert(await page.getByLabel("×2").isChecked());
    await choose(page, await picture());
    assertEquals((await view(page)).panels.slice(1), ["B: Bicubic", "C: FSRCNN"]);
  });
}

Deno.test({
  name: "Enlarge in Chromium",
  ...requirement("Chromium", chromiumLacking()),
  async fn(t) {
    await tf.setBackend("cpu");
    await using lab = await PageLab.open();
    // The worker starts in its own time, which is no page's to wait for.
    await (await fetch(`${lab.url}/api/pictures/example?scale=4`)).body?.cancel();
    await t.step("an empty lab teaches, and bicubic works in it", () => teaches(lab));
    const sr = await makeEnlargerRun(lab.runs, { scale: 4, steps: [4, 9] });
    const gan = await makeEnlargerRun(lab.runs, { scale: 4, experiment: "srgan" });
    const twice = await makeEnlargerRun(lab.runs, { model: "fsrcnn" });
    const runs = { sr, gan, twice };
    await t.step("a truth is enlarged and compared", () => enlarges(lab, runs));
    await t.step("models, steps and scale are changed", () => changes(lab, runs));
    await t.step("zoom is shared by all pictures", () => zooms(lab));
    await t.step("an edge wipes over two pictures", () => wipes(lab));
    await t.step("an address brings everything back", () => reopens(lab, runs));
    await t.step("phones are served", () => fitsPhones(lab));
    await t.step("what is wrong is said", () => saysWhatIsWrong(lab, runs));
    await t.step("a run leads here", () => leadsHere(lab, runs));
  },
});
