import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { BrokenRun, EventPage, RunDetail, RunSummary } from "../../src/core/protocol.ts";
import { Lab } from "./lab.ts";

Deno.test("GET /api/runs lists runs, newest first, with their newest sample", async () => {
  using lab = new Lab();
  assertEquals(await lab.json<RunSummary[]>("/api/runs"), []);
  const plain = lab.train();
  const sampled = lab.train({ sampleEverySteps: 5 });
  await sampled.advance(12);

  const listed = await lab.json<RunSummary[]>("/api/runs");
  const newestFirst = listed.toSorted((a, b) => a.createdAt < b.createdAt ? 1 : -1);
  assertEquals(listed, newestFirst);
  const find = (id: string) => listed.find((run) => run.id === id)!;
  assertEquals(find(plain.id).newestSample, null);
  assertEquals(find(plain.id).status, "running");
  assertEquals(find(sampled.id).newestSample?.step, 10);
  const thumbnail = await lab.get(find(sampled.id).newestSample!.url);
  assertEquals(thumbnail.status, 200);
  assertMatch(thumbnail.headers.get("cache-control")!, /immutable/);
  await thumbnail.body?.cancel();
});

Deno.test("GET /api/runs answers 304 while nothing changed", async () => {
  using lab = new Lab();
  const training = lab.train();
  const etag = (await lab.get("/api/runs")).headers.get("etag")!;
  assertEquals((await lab.get("/api/runs", { "if-none-match": etag })).status, 304);
  training.finish("completed");
  assertEquals((await lab.get("/api/runs", { "if-none-match": etag })).status, 200);
});

Deno.test("GET /api/broken-runs tells folders that are no runs, and why; the list leaves them out", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  assertEquals(await lab.json<BrokenRun[]>("/api/broken-runs"), []);
  Deno.mkdirSync(`${lab.root}/holiday`);
  const message = `Cannot open run "${lab.root}/holiday": there is no run.json in it`;
  assertEquals(await lab.json<BrokenRun[]>("/api/broken-runs"), [{ id: "holiday", message }]);
  assertEquals((await lab.json<RunSummary[]>("/api/runs")).map((run) => run.id), [id]);
  assertEquals(await lab.refusal("/api/runs/holiday"), [500, message]);
});

Deno.test("GET /api/runs/:id tells samples, checkpoints, warnings and where to stream on", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 4, checkpointEverySteps: 5 });
  await training.advance(8);
  training.warn("the losses look odd");
  const last = await training.advance(1);

  const detail = await lab.json<RunDetail>(`/api/runs/${training.id}`);
  assertEquals(detail.id, training.id);
  assertEquals(detail.samples.map(({ step }) => step), [4, 8]);
  assertEquals(detail.checkpoints.map(({ step }) => step), [5]);
  assertEquals(detail.warnings, [{ step: 8, message: "the losses look odd" }]);
  assertEquals(detail.lastEventId, last!.id);
  assertEquals(detail.newestSample?.step, 8);
});

Deno.test("GET /api/runs/:id goes by the folder's name, also after it was renamed", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 1 });
  await training.advance(1);
  training[Symbol.dispose]();
  Deno.renameSync(training.writer.folder, `${lab.root}/my-best`);
  const detail = await lab.json<RunDetail>("/api/runs/my-best");
  assertEquals([detail.id, detail.status], ["my-best", "interrupted"]);
  assertStringIncludes(detail.newestSample!.url, "/api/runs/my-best/samples/000001.png?v=");
});

Deno.test("GET …/events pages through everything once", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(25);
  const ids: number[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const url: string = `/api/runs/${training.id}/events?after=${after}&limit=10`;
    const page: EventPage = await lab.json(url);
    ids.push(...page.events.map(({ id }) => id));
    after = page.next;
  }
  assertEquals(ids, Array.from({ length: 26 }, (_, i) => i + 1));
});

Deno.test("GET …/events gives only the types asked for", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 5 });
  await training.advance(10);
  const { events } = await lab.json<EventPage>(
    `/api/runs/${training.id}/events?types=started,sample`,
  );
  assertEquals(events.map(({ event }) => event.type), ["started", "sample", "sample"]);
});

Deno.test("GET …/events says what is wrong with a query", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  const path = `/api/runs/${id}/events`;
  assertEquals(await lab.refusal(`${path}?limit=0`), [
    400,
    `Cannot read "limit=0" of ${path}: expected a whole number from 1 to 5000`,
  ]);
  assertEquals(await lab.refusal(`${path}?after=-1`), [
    400,
    `Cannot read "after=-1" of ${path}: expected a whole number from 0 to 9007199254740991`,
  ]);
  assertEquals(await lab.refusal(`${path}?types=step,steps`), [
    400,
    `Cannot read "types=step,steps" of ${path}: expected some of started, step, sample, ` +
    "checkpoint, metric, warning, finished, with commas between",
  ]);
  assertEquals(await lab.refusal(`${path}?lmit=5`), [
    400,
    `Cannot read the query of ${path}: Unrecognized key: "lmit"`,
  ]);
});

Deno.test("POST …/stop asks the writer to stop; an ended run is 409, and says how it ended", async () => {
  using lab = new Lab();
  const training = lab.train({ totalSteps: 20 });
  await training.advance(7);
  const path = `/api/runs/${training.id}/stop`;
  assert(!training.writer.stopRequested());
  assertEquals((await lab.app.request(path, { method: "POST" })).status, 202);
  assert(training.writer.stopRequested());

  training.finish("stopped");
  training[Symbol.dispose]();
  assertEquals(await lab.refusal(path, { method: "POST" }), [
    409,
    `Cannot stop run ${training.id}: it has stopped already, at step 7 of 20`,
  ]);
});

Deno.test("POST …/stop of a run whose process died is 409", async () => {
  using lab = new Lab();
  const training = lab.train();
  training[Symbol.dispose](); // without an end, as kill -9 leaves it
  const [status, text] = await lab.refusal(`/api/runs/${training.id}/stop`, { method: "POST" });
  assertEquals(status, 409);
  assertStringIncludes(text, "it was interrupted, and no process is training it");
});

Deno.test("routes refuse other methods with 405 and the right ones", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  const get = await lab.get(`/api/runs/${id}/stop`);
  assertEquals([get.status, get.headers.get("allow")], [405, "POST"]);
  assertEquals(await get.json(), { error: `Cannot GET /api/runs/${id}/stop: expected POST` });
  const delete_ = await lab.app.request(`/api/runs/${id}`, { method: "DELETE" });
  assertEquals([delete_.status, delete_.headers.get("allow")], [405, "GET, HEAD"]);
  await delete_.body?.cancel();
  assertEquals((await lab.app.request(`/api/runs/${id}`, { method: "HEAD" })).status, 200);
});

Deno.test("unknown addresses and runs are 404 as JSON, with the nearest run", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  assertEquals(await lab.refusal("/api/nothing"), [404, "There is nothing at /api/nothing"]);
  assertEquals(await lab.refusal(`/api/runs/${id}x`), [
    404,
    `There is no run "${id}x" in "${lab.root}". Did you mean "${id}"?`,
  ]);
  for (const rest of ["", "/events", "/series", "/stream", "/samples/000001.png", "/checkpoints"]) {
    assertEquals((await lab.refusal(`/api/runs/none${rest}`))[0], 404);
  }
  assertEquals(lab.reported, []);
});

Deno.test("a damaged run is 500 in the store's words, reported, and stays off the list", async () => {
  using lab = new Lab();
  const { id, writer } = lab.train();
  Deno.writeTextFileSync(`${writer.folder}/run.json`, "{");
  const [status, text] = await lab.refusal(`/api/runs/${id}`);
  assertEquals(status, 500);
  assertStringIncludes(text, "it is not JSON");
  assertEquals(lab.reported.length, 1);
  assertEquals(await lab.json<RunSummary[]>("/api/runs"), []);
});
