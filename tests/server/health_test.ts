import { assertEquals } from "@std/assert";
import type { RunHealth } from "../../src/core/protocol.ts";
import { Lab } from "./lab.ts";

const standing = (lab: Lab, id: string) => lab.json<RunHealth>(`/api/runs/${id}/health`);

Deno.test("GET …/health says how the run stands, from all of its events", async () => {
  using lab = new Lab();
  const training = lab.train();
  assertEquals(await standing(lab, training.id), {
    step: 0,
    balance: null,
    diversity: null,
    findings: [],
  });
  await training.advance(300);
  for (const [step, value] of [[100, 0.9], [200, 0.3], [300, 0.2]] as const) {
    training.measure(step, { "sample-diversity": value, "swd-2k": 5 });
  }
  const { step, balance, diversity, findings } = await standing(lab, training.id);
  assertEquals([step, balance?.steps, diversity], [300, 100, { step: 300, value: 0.2, best: 0.9 }]);
  assertEquals(findings.map(({ rule, since }) => [rule, since]), [["collapse", 200]]);
});

Deno.test("GET …/health goes on from where it was, and back with a resumed run", async () => {
  using lab = new Lab();
  const training = lab.train({ totalSteps: 400 });
  await training.advance(250);
  for (const step of [50, 200, 250]) training.measure(step, { "sample-diversity": 60 / step });
  assertEquals((await standing(lab, training.id)).findings.length, 1);
  training.rewind(150);
  assertEquals((await standing(lab, training.id)).findings, []);
  await training.advance(10);
  training.measure(160, { "sample-diversity": 1 });
  const resumed = await standing(lab, training.id);
  assertEquals([resumed.step, resumed.diversity?.value], [160, 1]);
});

Deno.test("GET …/health answers 304 until there is an event, and refuses other methods", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(3);
  const path = `/api/runs/${training.id}/health`;
  const etag = (await lab.get(path)).headers.get("etag")!;
  assertEquals((await lab.get(path, { "if-none-match": etag })).status, 304);
  await training.advance(1);
  assertEquals((await lab.get(path, { "if-none-match": etag })).status, 200);
  const refused = `Cannot POST ${path}: expected GET, HEAD`;
  assertEquals(await lab.refusal(path, { method: "POST" }), [405, refused]);
});
