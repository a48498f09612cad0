/** Runs whose networks enlarge, on the pages of all runs, in Chromium. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { makeEnlargerRun } from "../server/enlarger_run.ts";
import { requirement } from "../support.ts";
import { chromiumLacking } from "./chromium.ts";
import { NARROW, overflow, PageLab, reads } from "./page_lab.ts";

const texts = (page: Page, selector: string) => page.locator(selector).allTextContents();

/** What the list says of them. */
async function listsThem(lab: PageLab): Promise<void> {
  await lab.look("/", async (page) => {
    await reads(page, ".run-cell", /super-resolution ×2, edsr-compact/);
    await reads(page, ".run-cell", /srgan ×2, fsrcnn/);
  });
}

/** A page of one: columns named, charts named, and no word of latents. */
async function showsByPixels(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/runs/${id}`, async (page) => {
    await reads(page, ".metric-chart", /psnr-y-crop2 dB, higher is better/);
    assertEquals(await texts(page, ".sample-columns span"), ["Bicubic", "Network", "Truth"]);
    assertEquals(
      await page.locator(".sample-frame img").getAttribute("alt"),
      "2 pictures the network does not train on, at step 0: enlarged by bicubic, by the network, and " +
        "the truth",
    );
    await reads(page, ".chart", /Loss of pixels.*mean absolute difference/);
    assertEquals(await page.locator(".health").count(), 0);
    await reads(page, ".resume code", new RegExp(`^deno task train-sr --resume ${id}$`));
    const way = page.locator(".checkpoints td a").first();
    assertEquals(
      await way.getAttribute("href"),
      `/enlarge?models=bicubic,${id}@5`,
    );
  });
}

async function showsAgainstDiscriminator(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/runs/${id}`, async (page) => {
    await reads(page, ".health", /D\(G\(LR\)\) 0\.4/);
    assertEquals(await texts(page, ".vital h3"), ["Balance", "Alarms"]);
    await reads(page, ".vitals", /For runaway losses, a discriminator that won or lost/);
    await reads(page, ".chart", /Enlarging network’s loss/);
    assertEquals(await overflow(page), 0);
  }, { viewport: NARROW });
}

/** Pages that draw from latents say what it is, and where it is at home. */
async function isSentOn(lab: PageLab, id: string): Promise<void> {
  const enlarge = `/enlarge?models=bicubic,${id}`;
  await lab.look(`/explore/${id}`, async (page) => {
    await reads(page, "h1", /^This run enlarges pictures$/);
    const link = page.getByRole("link", { name: "Enlarge pictures by it" });
    assertEquals(await link.getAttribute("href"), enlarge);
  });
  await lab.look(`/compare?of=${id}`, async (page) => {
    await reads(page, ".notice", /A: this run’s network enlarges pictures/);
    const link = page.getByRole("link", { name: "Enlarge pictures by it" });
    assertEquals(await link.getAttribute("href"), enlarge);
  });
}

Deno.test({
  name: "runs that enlarge pictures have pages that say so",
  ...requirement("Chromium", chromiumLacking()),
  async fn(t) {
    await tf.setBackend("cpu");
    await using lab = await PageLab.open();
    const pixels = await makeEnlargerRun(lab.runs, { told: true });
    const adversarial = await makeEnlargerRun(lab.runs, {
      ...{ experiment: "srgan", model: "fsrcnn", told: true },
    });
    await t.step("in the list", () => listsThem(lab));
    await t.step("trained by pixels", () => showsByPixels(lab, pixels));
    await t.step(
      "trained against a discriminator",
      () => showsAgainstDiscriminator(lab, adversarial),
    );
    await t.step("which Explore and Compare link to", () => isSentOn(lab, pixels));
  },
});
