import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { RunWatches } from "../../server/run_watch.ts";
import { eventStream } from "../../server/stream.ts";
import { Lab } from "./lab.ts";
import { SseReader } from "./sse_reader.ts";

async function open(
  lab: Lab,
  id: string,
  query = "",
  headers: Record<string, string> = {},
): Promise<SseReader> {
  const response = await lab.get(`/api/runs/${id}/stream${query}`, headers);
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  return new SseReader(response.body!);
}

/** Waits until `holds`, within a second. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 1000 && !holds(); waited += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert(holds());
}

Deno.test("GET …/stream sends what was stored, then what comes, each with its id", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(3);
  const reader = await open(lab, training.id);
  assertEquals((await reader.events(4)).map(({ id }) => id), [1, 2, 3, 4]);
  await training.advance(2);
  const message = await reader.next();
  assertEquals(message!.id, "5");
  assertEquals(JSON.parse(message!.data).event.step, 4);
  assertEquals((await reader.events(1)).map(({ id }) => id), [6]);
  await reader.leave();
});

Deno.test("GET …/stream goes on from Last-Event-ID, which wins over ?after=", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(9);
  const first = async (query: string, headers: Record<string, string>) => {
    const reader = await open(lab, training.id, query, headers);
    const [event] = await reader.events(1);
    await reader.leave();
    return event!.id;
  };
  assertEquals(await first("?after=4", {}), 5);
  assertEquals(await first("", { "last-event-id": "7" }), 8);
  assertEquals(await first("?after=4", { "last-event-id": "7" }), 8);
  const path = `/api/runs/${training.id}/stream`;
  assertEquals(await lab.refusal(path, { headers: { "last-event-id": "x" } }), [
    400,
    'Cannot stream on from Last-Event-ID "x": expected a whole number from 0 to 9007199254740991',
  ]);
});

Deno.test("GET …/stream replays a history of many pages without loss or order", async () => {
  using lab = new Lab();
  const training = lab.train({ totalSteps: 2000 });
  await training.advance(1999);
  const reader = await open(lab, training.id, "?after=300");
  const ids = (await reader.events(1700)).map(({ id }) => id);
  assertEquals(ids, Array.from({ length: 1700 }, (_, i) => 301 + i));
  await reader.leave();
});

Deno.test("GET …/stream tells a resumed run by its `started`, and goes on", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(5);
  const reader = await open(lab, training.id);
  await reader.events(6);
  training.rewind(2);
  await training.advance(1);
  const [started, step] = await reader.events(2);
  assertEquals([started!.event.type, started!.event.step], ["started", 2]);
  assertEquals([step!.event.type, step!.event.step, step!.id], ["step", 3, 8]);
  await reader.leave();
});

Deno.test("GET …/stream ends with `event: end` after the last event of a run that nobody writes", async () => {
  using lab = new Lab();
  const training = lab.train();
  await training.advance(2);
  const reader = await open(lab, training.id);
  await reader.events(3);
  training.finish("completed");
  training[Symbol.dispose]();
  const [finished] = await reader.events(1);
  assertEquals(finished!.event.type, "finished");
  assertEquals(await reader.next(), { event: "end", id: "", data: '{"status":"completed"}' });
  assertEquals(await reader.next(), null);

  const again = await open(lab, training.id, `?after=${finished!.id}`);
  await again.next(); // the greeting
  assertEquals((await again.next())!.event, "end");
  await again.leave();
});

Deno.test("GET …/stream ends for a run whose process died, and says interrupted", async () => {
  using lab = new Lab();
  const training = lab.train();
  training[Symbol.dispose]();
  const reader = await open(lab, training.id);
  await reader.events(1);
  assertEquals((await reader.next())!.data, '{"status":"interrupted"}');
  await reader.leave();
});

Deno.test("GET …/stream closes, reported, when the run's folder is removed under it", async () => {
  using lab = new Lab();
  const training = lab.train();
  const reader = await open(lab, training.id);
  await reader.events(1);
  training[Symbol.dispose]();
  Deno.removeSync(training.writer.folder, { recursive: true });
  assertEquals(await reader.next(), null);
  assertStringIncludes(String(lab.reported[0]), "there is no run.json in it");
  assertEquals((await lab.refusal(`/api/runs/${training.id}/stream`))[0], 404);
});

Deno.test("HEAD …/stream watches nothing", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  const response = await lab.app.request(`/api/runs/${id}/stream`, { method: "HEAD" });
  assertEquals([response.status, response.body], [200, null]);
});

Deno.test("eventStream() shares one watch among clients, which goes with the last of them", async () => {
  using lab = new Lab();
  const training = lab.train();
  const watches = new RunWatches(lab.runs);
  let opened = 0;
  const openRun = lab.runs.open.bind(lab.runs);
  lab.runs.open = (id) => {
    opened++;
    return openRun(id);
  };
  const report = (error: unknown) => lab.reported.push(error);
  const readers = Array.from(
    { length: 20 },
    () => new SseReader(eventStream({ watches, id: training.id, after: 0, report })),
  );
  assertEquals(watches.size, 0); // nobody has read yet
  for (const reader of readers) await reader.events(1);
  await training.advance(3);
  for (const reader of readers) {
    assertEquals((await reader.events(3)).map(({ id }) => id), [2, 3, 4]);
  }
  assertEquals([watches.size, opened], [1, 1]);
  for (const reader of readers) await reader.leave();
  await eventually(() => watches.size === 0);
  assertEquals(lab.reported, []);
});

Deno.test("eventStream() shows a sign of life when a run is quiet", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  const watches = new RunWatches(lab.runs, 100);
  const report = (error: unknown) => lab.reported.push(error);
  const reader = eventStream({ watches, id, after: 0, report })
    .pipeThrough(new TextDecoderStream()).getReader();
  assertEquals((await reader.read()).value, "retry: 1000\n\n");
  assertStringIncludes((await reader.read()).value!, '"type":"started"');
  assertEquals((await reader.read()).value, ": still here\n\n");
  assertEquals((await reader.read()).value, ": still here\n\n");
  await reader.cancel();
});
