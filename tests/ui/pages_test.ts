/** The pages in Chromium, over the real server, on runs that nobody trained. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "playwright-core";
import { FakeTraining } from "../server/fake_runs.ts";
import { requirement } from "../support.ts";
import { chromiumLacking } from "./chromium.ts";
import { showsHealth } from "./health_steps.ts";
import { NARROW, overflow, PageLab, reads } from "./page_lab.ts";

const CADENCES = { sampleEverySteps: 20, checkpointEverySteps: 40 };

/** Whether a chart's canvas has anything drawn on it. */
function isDrawn(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".plot canvas")!;
    const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value !== 0);
  });
}

async function seesAnEmptyLab(lab: PageLab): Promise<void> {
  await lab.look("/", async (page) => {
    await reads(page, ".empty", /Nothing has been trained yet/);
    await reads(page, ".command code", /^deno task train-gan$/);
    assertEquals(await page.title(), "Runs · Atelier");
  });
  await lab.look("/explore", async (page) => {
    await reads(page, "h1", /Nothing to explore yet/);
    await reads(page, ".command code", /^deno task train-gan$/);
  });
  await lab.look("/runs/none", async (page) => {
    await reads(page, "h1", /There is no such run/);
    await page.goto(`${lab.url}/no/such/page`);
    await reads(page, "h1", /There is nothing here/);
  }, { mayComplain: true }); // of the 404s
}

async function listsRuns(lab: PageLab): Promise<void> {
  {
    using done = new FakeTraining(lab.runs, { ...CADENCES, totalSteps: 60 });
    await done.advance(60);
    done.finish("completed");
    using stopped = new FakeTraining(lab.runs, { ...CADENCES, totalSteps: 500 });
    await stopped.advance(50);
    stopped.finish("stopped");
  }
  Deno.mkdirSync(join(lab.runs.root, "holiday"));
  await lab.look("/", async (page) => {
    await reads(page, ".status", /completed/);
    assertEquals(await page.locator("tbody tr").count(), 2);
    await page.getByText("One more folder cannot be read as a run").click();
    await reads(page, ".broken-runs", /holiday.*there is no run\.json in it/);
    const thumbnail = page.locator("tbody img").first();
    await thumbnail.waitFor();
    assert(await thumbnail.evaluate((image: HTMLImageElement) => image.naturalWidth > 0));

    await page.getByRole("button", { name: "Progress" }).press("Enter");
    assertEquals(
      await page.getByRole("columnheader", { name: "Progress" }).getAttribute("aria-sort"),
      "descending",
    );
    assertMatch((await page.locator("tbody tr").first().textContent())!, /completed/);
    await page.getByLabel(/^Filter runs/).fill("stopped");
    await reads(page, ".filter", /1 of 2/);
    assertEquals(await page.locator("tbody tr").count(), 1);

    await page.locator("tbody tr").click();
    await reads(page, "h1", /dcgan on faces/);
    await reads(page, ".resume code", /--resume/);
    await page.goBack();
    await reads(page, "h1", /Runs/);
  });
}

async function followsARun(lab: PageLab): Promise<void> {
  using training = new FakeTraining(lab.runs, { ...CADENCES, totalSteps: 400 });
  await training.sample();
  await training.advance(100);
  await lab.look(`/runs/${training.id}`, async (page) => {
    await reads(page, ".connection", /^live$/);
    await reads(page, ".figures", /100 of 400/);
    await reads(page, ".sample-step", /^Step 100/);
    assert(await isDrawn(page), "the chart is empty");
    await training.advance(60);
    await reads(page, ".figures", /160 of 400/);
    await reads(page, ".sample-step", /^Step 160newest/);
    await reads(page, ".checkpoints tbody", /160/);

    const readout = (await page.locator(".readout").first().textContent())!;
    assertMatch(readout, /discriminator [\d.]+generator [\d.]+step 160/);
    await page.keyboard.press("ArrowLeft");
    await reads(page, ".sample-step", /^Step 140/);
    await page.keyboard.press("Home");
    await page.keyboard.press(" ");
    await reads(page, ".sample-step", /newest/);

    await zooms(page);
    training.warn("the discriminator is winning");
    await reads(page, ".warnings", /discriminator is winning/);
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByRole("button", { name: "Stop run" }).press("Enter");
    await reads(page, ".stop", /stopping/);
    for (let i = 0; i < 50 && !training.writer.stopRequested(); i++) await page.waitForTimeout(20);
    assert(training.writer.stopRequested(), "no stop was asked for");
    training.finish("stopped");
    await reads(page, ".run-state", /^stopped$/);
  });
}

/** Drags over the middle half of the first chart: the others zoom with it, and all come back. */
async function zooms(page: Page): Promise<void> {
  const { x, y, width } = (await page.locator(".u-over").first().boundingBox())!;
  await page.mouse.move(x + width / 4, y + 50);
  await page.mouse.down();
  await page.mouse.move(x + 3 * width / 4, y + 50, { steps: 4 });
  await page.mouse.up();
  const all = page.getByRole("button", { name: "Show all steps" });
  await all.waitFor();
  await page.mouse.move(x + width / 2 - 1, y + 50);
  await page.mouse.move(x + width / 2, y + 50);
  // 160 steps: a quarter is about step 41, three quarters about 120.
  const middles = await page.locator(".readout").allTextContents();
  for (const text of middles) assertMatch(text, /step (79|80|81|82)$/);
  await page.mouse.move(x + 2, y + 50);
  const lefts = await page.locator(".readout").allTextContents();
  for (const text of lefts) assertMatch(text, /step (40|41|42)$/);
  await all.click();
  await all.waitFor({ state: "detached" });
}

async function leadsToExploreAndCompare(lab: PageLab): Promise<void> {
  const [run] = lab.runs.list().filter(({ status }) => status === "completed");
  await lab.look(`/runs/${run!.id}`, async (page) => {
    await page.getByRole("link", { name: "explore step 40" }).click();
    await reads(page, "h1", /dcgan on faces/);
    assertEquals(new URL(page.url()).pathname, `/explore/${run!.id}/40`);
    const current = page.locator(".places [aria-current=page]");
    assertEquals(await current.textContent(), "Explore");
    await page.goBack();
    await page.locator(".run-ways").getByRole("link", { name: "Compare" }).click();
    await page.getByLabel("Run of A").waitFor();
    assertEquals(await page.getByLabel("Run of A").inputValue(), run!.id);
    await page.getByRole("combobox", { name: "Add a panel" }).waitFor(); // this one has nothing else to compare itself with
    assertEquals(await current.textContent(), "Compare");
  });
}

async function reconnects(lab: PageLab): Promise<void> {
  using training = new FakeTraining(lab.runs, { ...CADENCES, totalSteps: 400 });
  await training.advance(20);
  await lab.look(`/runs/${training.id}`, async (page) => {
    await reads(page, ".connection", /^live$/);
    const serveAgain = await lab.hangUp();
    await reads(page, ".connection", /connection lost, reconnecting in \d+ s/);
    await training.advance(40);
    serveAgain();
    await reads(page, ".connection", /^live$/);
    await reads(page, ".figures", /60 of 400/);
    await reads(page, ".sample-step", /^Step 60/);
  }, { mayComplain: true }); // of refused connections
}

async function fitsPhonesInBothThemes(lab: PageLab): Promise<void> {
  const { id } = lab.runs.list()[0]!;
  for (const colorScheme of ["light", "dark"] as const) {
    await lab.look("/", async (page) => {
      await page.locator("tbody tr").first().waitFor();
      assertEquals(await overflow(page), 0);
      await page.goto(`${lab.url}/runs/${id}`);
      await page.locator(".plot canvas").first().waitFor();
      assertEquals(await overflow(page), 0);
      const paper = () => page.evaluate(() => getComputedStyle(document.body).color);
      const before = await paper();
      await page.getByText(colorScheme === "light" ? "Dark" : "Light", { exact: true }).click();
      const turned = await paper();
      assert(before !== turned, "the theme did not change");
      await page.reload();
      await page.locator(".plot canvas").first().waitFor();
      assertEquals(await paper(), turned);
    }, { colorScheme, viewport: NARROW, deviceScaleFactor: 3 });
  }
}

Deno.test({
  name: "the pages in Chromium",
  ...requirement("Chromium", chromiumLacking()),
  async fn(t) {
    await using lab = await PageLab.open();
    await t.step("an empty lab says how to begin", () => seesAnEmptyLab(lab));
    await t.step("the list sorts, filters and leads to a run", () => listsRuns(lab));
    await t.step("runs lead to Explore and Compare", () => leadsToExploreAndCompare(lab));
    await t.step("a run's page follows it, plays its samples and stops it", () => followsARun(lab));
    await t.step("an alarm comes with its evidence, and goes", () => showsHealth(lab));
    await t.step("a dropped connection comes back with what was missed", () => reconnects(lab));
    await t.step("phones and both themes are served", () => fitsPhonesInBothThemes(lab));
  },
});
