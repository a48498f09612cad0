import { assertEquals } from "@std/assert";
import type { RunMetrics } from "../../src/core/protocol.ts";
import { Lab } from "./lab.ts";

const NONE: RunMetrics = { metrics: {}, best: null };

Deno.test("GET …/metrics gives each metric over rising steps, and the best checkpoint", async () => {
  using lab = new Lab();
  const training = lab.train();
  const path = `/api/runs/${training.id}/metrics`;
  assertEquals(await lab.json(path), NONE);
  await training.advance(30);
  training.measure(20, { "fcd-lab-2k": 9, "precision-lab-k3-2k": 0.5 });
  training.measure(10, { "fcd-lab-2k": 12 }); // a later checkpoint may be measured first
  training.measure(20, { "fcd-lab-2k": 8 }); // measured again: this one counts
  training.measure(30, { "colourfulness-3k": 1 });
  const best = { step: 20, metric: "fcd-lab-2k", value: 8 };
  training.writer.update({ best });
  assertEquals(await lab.json(path), {
    metrics: {
      "fcd-lab-2k": { steps: [10, 20], values: [12, 8], better: "lower" },
      "precision-lab-k3-2k": { steps: [20], values: [0.5], better: "higher" },
    },
    best,
  });
});

Deno.test("GET …/metrics forgets what a resumed run goes back past", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(30);
  for (const step of [10, 20, 30]) training.measure(step, { "swd-2k": step });
  training.rewind(20);
  const { metrics } = await lab.json<RunMetrics>(`/api/runs/${training.id}/metrics`);
  assertEquals(metrics["swd-2k"]!.steps, [10, 20]);
});

Deno.test("GET …/metrics answers 304 until something is measured", async () => {
  using lab = new Lab();
  const training = lab.train();
  const path = `/api/runs/${training.id}/metrics`;
  const etag = (await lab.get(path)).headers.get("etag")!;
  assertEquals((await lab.get(path, { "if-none-match": etag })).status, 304);
  training.measure(0, { "swd-2k": 1 });
  const measured = await lab.get(path, { "if-none-match": etag });
  assertEquals(measured.status, 200);
  await measured.body?.cancel();
});

Deno.test("GET …/metrics refuses other methods, and runs that are not there", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  const path = `/api/runs/${id}/metrics`;
  const refused = `Cannot POST ${path}: expected GET, HEAD`;
  assertEquals(await lab.refusal(path, { method: "POST" }), [405, refused]);
  assertEquals((await lab.refusal("/api/runs/nobody/metrics"))[0], 404);
});
