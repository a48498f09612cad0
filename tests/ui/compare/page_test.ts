/** Compare in Chromium, over the real server and real networks, untrained. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { makeDrawnRun } from "../../server/drawn_run.ts";
import { FakeTraining } from "../../server/fake_runs.ts";
import { requirement } from "../../support.ts";
import { chromiumLacking } from "../chromium.ts";
import { saysInAddress } from "../explore/explore_page.ts";
import { NARROW, overflow, PageLab, reads } from "../page_lab.ts";
import {
  comesToShow,
  drawnByDeno,
  layerPlaces,
  panel,
  pinch,
  type Runs,
  shown,
  standsAt,
  view,
  watchDrawings,
} from "./compare_page.ts";
import { showsDifferences, wipes, zoomsTogether } from "./compare_views.ts";

async function choosesRuns(lab: PageLab, { a, b }: Runs): Promise<void> {
  const newestFirst = [a, b].toSorted().toReversed(); // made within a second, they differ by chance
  const steps = newestFirst.map((id) => id === a ? 30 : 40);
  await lab.look("/compare", async (page) => {
    await standsAt(page, "A", steps[0]!);
    await saysInAddress(page, new RegExp(`^\\?of=${newestFirst.join(",")}$`));
    assertEquals(await page.title(), "Compare A, B · Atelier");
    await reads(page, ".compare-notes", /Different runs.*Latents differ in length: [AB] \d/);
    const [first, second] = newestFirst.map((id, i) => `${id}@${steps[i]}`);
    await reads(
      page,
      ".compare-command code",
      new RegExp(`^deno task compare ${first} ${second} --seeds 0-15$`),
    );
  });
}

/** One slider for all but the locked, and the pictures Deno draws of the same seeds. */
async function drivesAllPanels(lab: PageLab, { a, b }: Runs): Promise<void> {
  await lab.look(`/compare?of=${a},${b},${a}@20&seed=5&count=4`, async (page) => {
    for (const [letter, id, step] of [["A", a, 30], ["B", b, 40], ["C", a, 20]] as const) {
      await standsAt(page, letter, step);
      await comesToShow(page, letter, 6, await drawnByDeno(lab, id, step, 6));
    }
    const slider = page.getByRole("slider", { name: /^Step of all panels/ });
    await slider.press("Home");
    await standsAt(page, "A", 10);
    await standsAt(page, "B", 10);
    await standsAt(page, "C", 20);
    await comesToShow(page, "A", 6, await drawnByDeno(lab, a, 10, 6));
    await comesToShow(page, "B", 6, await drawnByDeno(lab, b, 10, 6));
    await saysInAddress(page, /step=10/);
    await page.getByRole("button", { name: "Lock A at its step" }).press("Enter");
    await slider.press("End");
    await standsAt(page, "B", 40);
    await standsAt(page, "A", 10);
    await saysInAddress(page, new RegExp(`of=${a}@10,${b},${a}@20`));
    await page.goBack();
    await saysInAddress(page, new RegExp(`of=${a},${b}`));
    await page.getByRole("button", { name: "Play the steps" }).click();
    await standsAt(page, "A", 30);
    await page.getByRole("button", { name: "Play the steps" }).waitFor();
  });
}

async function editsPanels(lab: PageLab, { a, b }: Runs): Promise<void> {
  await lab.look(`/compare?of=${a}@20&count=1`, async (page) => {
    await page.getByRole("button", { name: /The run’s first checkpoint, step 10/ }).click();
    await standsAt(page, "B", 10);
    await page.getByLabel("Add a panel").selectOption(b);
    await standsAt(page, "C", 40);
    await page.getByRole("button", { name: "Move C to the left" }).click();
    await standsAt(page, "B", 40);
    await page.getByRole("button", { name: "Remove A" }).click();
    await saysInAddress(page, new RegExp(`of=${b},${a}@10`));
    await page.getByLabel("Step of B").selectOption("20");
    await page.getByLabel("Run of A").selectOption(a);
    await saysInAddress(page, new RegExp(`of=${a},${a}@20`));
    await reads(page, ".compare-settings", /0 of \d+ settings differ.*All panels show one run/);
    await page.getByLabel("Show all").check();
    await reads(page, ".compare-settings tbody", /latent dim1212/);
    await panel(page, "A").getByRole("link", { name: "Explore" }).click();
    await page.waitForURL((url) => url.pathname === `/explore/${a}/30`);
  });
}

/** Everything that an address says comes back with it, to the pixel. */
async function reopens(lab: PageLab, { a, b }: Runs): Promise<void> {
  const address = `/compare?of=${a}@10,${b},${a}&step=20&seed=8&count=4&view=difference&pair=CA` +
    "&map=signed&gain=8&zoom=1.6:0.4:0.55&weights=raw&truncation=scale&psi=0.8";
  let first: unknown;
  let url = "";
  await lab.look(address, async (page) => {
    await view(page);
    await page.getByRole("slider", { name: /^Step of all panels/ }).press("ArrowLeft");
    await standsAt(page, "C", 10);
    await saysInAddress(page, /step=10/);
    await page.waitForTimeout(300); // until the new step's differences are drawn
    first = await view(page);
    url = page.url();
  });
  await lab.look(url.slice(lab.url.length), async (page) => {
    await page.waitForTimeout(300);
    assertEquals(await view(page), first);
  });
}

/** Metrics of two runs: a table at the steps shown, lines with marks, and the way to measure. */
async function overlaysMetrics(lab: PageLab, { a }: Runs): Promise<void> {
  let measured = "";
  {
    using training = new FakeTraining(lab.runs, { checkpointEverySteps: 20 });
    await training.advance(60);
    measured = training.id;
    for (const [step, fcd] of [[20, 30], [40, 12], [60, 18]] as const) {
      training.measure(step, { "fcd-lab-2k": fcd, "sample-diversity": fcd / 30 });
    }
    training.writer.update({ best: { step: 40, metric: "fcd-lab-2k", value: 12 } });
    training.finish("completed");
  }
  await lab.look(`/compare?of=${measured}@20,${measured}@best,${a}`, async (page) => {
    const row = page.locator(".compare-metrics tbody tr").first();
    await row.filter({ hasText: /fcd-lab-2k lower is better30\.00best 12\.00not measured/ })
      .waitFor();
    await reads(page, ".metric-chart", /sample-diversity 1 is that of real pictures/);
    const drawn = () =>
      page.locator(".metric-chart canvas").first().evaluate((element) => {
        const canvas = element as HTMLCanvasElement;
        const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value) => value !== 0);
      });
    assert(await drawn());
    const words = await page.locator(".metric-chart .visually-hidden").first().textContent();
    assertEquals(words, "A B: 30.00 at step 20, 18.00 at step 60, best 12.00 at step 40.");
  });
  await lab.look(`/compare?of=${a}`, async (page) => {
    await reads(page, ".no-metrics code", new RegExp(`^deno task evaluate ${a}@30 faces$`));
    await reads(page, ".no-metrics code", /train-gan --metrics/);
  });
}

async function saysWhatIsWrong(lab: PageLab, { a }: Runs): Promise<void> {
  const ruined = await makeDrawnRun(lab.runs, { ruined: true });
  let untrained = "";
  {
    using training = new FakeTraining(lab.runs);
    untrained = training.id;
    training.finish("failed");
  }
  const path = `/compare?of=${a}@10,${ruined},${untrained},nobody&count=1`;
  await lab.look(path, async (page) => {
    await reads(page, '[aria-label="Panel B"]', /expected finite numbers, got NaN/i);
    await reads(page, '[aria-label="Panel C"]', /No checkpoint yet/);
    await reads(page, '[aria-label="Panel D"]', /There is no run.*nobody/);
    await comesToShow(page, "A", 0, await drawnByDeno(lab, a, 10, 0));
  }, { mayComplain: true }); // of what was refused
  await lab.look(`/compare?of=${a}@10,${a}&count=1`, async (page) => {
    await shown(page, "B", 0);
    const drawn = watchDrawings(page);
    await page.getByLabel("Drawn by").selectOption("server");
    await page.getByRole("button", { name: "Next seeds" }).click();
    await comesToShow(page, "B", 1, await drawnByDeno(lab, a, 30, 1));
    await drawn(); // a server that closes leaves what is under way without an answer
    const serveAgain = await lab.hangUp();
    await page.getByRole("spinbutton", { name: "Seeds" }).fill("7000");
    await page.keyboard.press("Enter");
    await reads(page, ".notice", /The server does not answer. Trying again/);
    serveAgain();
    await comesToShow(page, "B", 7000, await drawnByDeno(lab, a, 30, 7000));
    await page.locator(".notice").waitFor({ state: "detached" });
  }, { mayComplain: true }); // of refused connections
}

async function fitsPhones(lab: PageLab, { a, b }: Runs): Promise<void> {
  const path = `/compare?of=${a},${b},${a}@10,${b}@10&count=4`;
  await lab.look(path, async (page) => {
    await comesToShow(page, "D", 3, await drawnByDeno(lab, b, 10, 3));
    for (const name of ["Wipe", "Difference", "Side by side"]) {
      await page.getByText(name, { exact: true }).tap();
      await page.locator(".compare-tile [data-drawn]").first().waitFor();
      assertEquals([name, await overflow(page)], [name, 0]);
    }
    await page.getByText(/^Seeds 0 to 3, averaged$/).tap();
    await page.getByRole("button", { name: "Next seeds" }).tap();
    await comesToShow(page, "A", 4, await drawnByDeno(lab, a, 30, 4));
    assertEquals(await overflow(page), 0);
    await pinch(page);
    await reads(page, ".zoom-note", /^×(1\.[5-9]|2)/);
    assertEquals((await layerPlaces(page)).length, 1);
  }, { viewport: NARROW, deviceScaleFactor: 2, hasTouch: true });
}

Deno.test({
  name: "Compare in Chromium",
  ...requirement("Chromium", chromiumLacking()),
  async fn(t) {
    await tf.setBackend("cpu");
    await using lab = await PageLab.open();
    const a = await makeDrawnRun(lab.runs, { steps: [10, 20, 30] });
    const b = await makeDrawnRun(lab.runs, { steps: [10, 40], latentDim: 8, channels: 1 });
    const runs = { a, b };
    await t.step("two runs are chosen where the address has none", () => choosesRuns(lab, runs));
    await t.step("one slider drives all panels", () => drivesAllPanels(lab, runs));
    await t.step("panels are added, moved and removed", () => editsPanels(lab, runs));
    await t.step("zoom and keys are shared by all panels", () => zoomsTogether(lab, runs));
    await t.step("an edge wipes over two panels", () => wipes(lab, runs));
    await t.step("differences are measured and coloured", () => showsDifferences(lab, runs));
    await t.step("an address brings everything back", () => reopens(lab, runs));
    await t.step("phones are served", () => fitsPhones(lab, runs));
    await t.step("metrics are overlaid", () => overlaysMetrics(lab, runs));
    await t.step("what is wrong is said", () => saysWhatIsWrong(lab, runs));
  },
});
