/** A run that collapses before the eyes of who looks at its page. */
import { assertEquals } from "@std/assert";
import { findingText } from "../../src/core/health.ts";
import type { RunHealth } from "../../src/core/protocol.ts";
import { FakeTraining } from "../server/fake_runs.ts";
import { NARROW, overflow, type PageLab, reads } from "./page_lab.ts";

/** The strip follows a live run from sound to alarm and back, with figures that the server gives. */
export async function showsHealth(lab: PageLab): Promise<void> {
  using training = new FakeTraining(lab.runs, { totalSteps: 1000, sampleEverySteps: 50 });
  await training.advance(300);
  for (const step of [50, 100, 150, 200, 250, 300]) {
    training.measure(step, { "sample-diversity": Math.min(0.9, step / 200) });
  }
  await lab.look(`/runs/${training.id}`, async (page) => {
    await reads(page, ".vital", /Balance.*means of 100 steps/);
    await reads(page, ".vital", /Sample diversity0\.900 of real pictures’/);
    await reads(page, ".vital", /Alarms\s*None/);
    assertEquals(await page.locator(".finding").count(), 0);
    await reads(page, ".metric-chart", /sample-diversity 1 is that of real pictures/);

    training.measure(350, { "sample-diversity": 0.2 });
    training.measure(400, { "sample-diversity": 0.1 });
    const { findings } = await (await fetch(`${lab.url}/api/runs/${training.id}/health`))
      .json() as RunHealth;
    training.writer.append({
      ...{ type: "warning", step: 400, message: findingText(findings[0]!), rule: "collapse" },
    });
    await reads(page, ".vital", /Alarms\s*One alarm/);
    await reads(
      page,
      ".finding[data-lasting]",
      /Samples look alike since step 350sample diversity, 0\.9 at best, 0\.100 alarm below 0\.45/,
    );
    assertEquals(await page.locator(".finding svg.sparkline rect").count(), 1);
    assertEquals(await page.locator(".warnings li").count(), 0, "an alarm is told once");

    training.measure(450, { "sample-diversity": 0.8 });
    await reads(page, ".vital", /Alarms\s*None\s*1 earlier one is over/);
    await page.getByText("One alarm that is over").click();
    await reads(page, ".finding", /steps 350 to 450/);
  });
  await lab.look(`/runs/${training.id}`, async (page) => {
    await reads(page, ".vital", /Sample diversity0\.800/);
    assertEquals(await overflow(page), 0);
  }, { viewport: NARROW });
  training.finish("completed");
}
