/**
 * The whole lab as a person meets it: a real training in one process, the page from another, and
 * Chromium in front. Skipped aloud where there is no Chromium.
 */
import { assert, assertEquals } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { startTask } from "../cli/task.ts";
import { requirement } from "../support.ts";
import { chromiumLacking, launchChromium } from "../ui/chromium.ts";

const TINY = [
  ..."--backend cpu --size 32 --filters 2 --latent-dim 4 --batch 2 --steps 100000".split(" "),
  ..."--sample-every 5 --checkpoint-every 50 --no-serve".split(" "),
];

/** The step that the first chart's figures stand at. */
async function chartedStep(page: Page): Promise<number> {
  const text = await page.locator(".readout").first().innerText();
  return Number(text.match(/step ([\d,\u202f\u00a0 ]+)/)![1]!.replace(/\D/g, ""));
}

/** Asks until it holds, for at most `timeoutMs`. */
async function until(what: string, holds: () => Promise<boolean>, timeoutMs = 30_000) {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function build(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args: ["task", "build"] })
    .output();
  assert(success, new TextDecoder().decode(stderr));
}

Deno.test({
  name: "a run trains, is watched in Chromium, survives a lost server and is stopped by its button",
  ...requirement("Chromium", chromiumLacking()),
  async fn() {
    await build();
    const runs = await Deno.makeTempDir();
    let browser: Browser | undefined;
    try {
      await using training = startTask("train-gan", [...TINY, "--runs", runs]);
      const [, folder] = (await training.shows("\nstep")).match(/^run\s+(.+)$/m)!;
      await using firstServer = startTask("serve", ["--runs", runs, "--port", "0"]);
      const [, address] = (await firstServer.shows("Ctrl-C")).match(/^page\s+(http:\/\/[\d.:]+)/m)!;
      const { port } = new URL(address!);

      browser = await launchChromium();
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      await page.goto(address!);
      await page.getByRole("link", { name: /dcgan/ }).first().click();

      // The chart grows and the sample changes, without a reload.
      await page.locator(".readout").first().waitFor();
      const before = await chartedStep(page);
      const image = page.locator(".samples img");
      await image.waitFor();
      const firstSample = await image.getAttribute("src");
      await until("the chart grows", async () => await chartedStep(page) > before + 5);
      await until(
        "the sample changes",
        async () => await image.getAttribute("src") !== firstSample,
      );

      // The server goes away: the page says so. It comes back: the page catches up by itself.
      firstServer.signal("SIGKILL");
      await page.getByText(/connection lost, reconnecting in/).waitFor();
      const atLoss = await chartedStep(page);
      await using secondServer = startTask("serve", ["--runs", runs, "--port", port]);
      await secondServer.shows("Ctrl-C");
      await page.locator('.connection[data-state="live"]').waitFor();
      await until("the chart catches up", async () => await chartedStep(page) > atLoss);

      // The stop button ends the training process, with a checkpoint and exit code 0.
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await page.getByRole("button", { name: "Stop run" }).click();
      assertEquals((await training.ended()).code, 0);
      await page.locator('.status[data-status="stopped"]').first().waitFor();
      const record = JSON.parse(await Deno.readTextFile(`${folder}/run.json`));
      assertEquals(record.status, "stopped");
      const last = String(record.step).padStart(6, "0");
      assert((await Deno.stat(`${folder}/checkpoints/${last}/state.safetensors`)).isFile);
      assertEquals(faults, []);
    } finally {
      await browser?.close();
      await Deno.remove(runs, { recursive: true });
    }
  },
});
