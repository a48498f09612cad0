import { assertEquals } from "@std/assert";
import { matching, RunsState, sorted } from "../../ui/state/runs.ts";
import { Unreachable } from "../../ui/transport.ts";
import { FakeClock, fakeSummary, FakeTransport, settled } from "./fakes.ts";

const older = fakeSummary({
  id: "20260101-dcgan-faces-aaaa",
  status: "completed",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T09:00:00.000Z",
  step: 100,
});
const newer = fakeSummary({
  id: "20260102-dcgan-mnist-bbbb",
  dataset: "mnist",
  createdAt: "2026-01-02T00:00:00.000Z",
  updatedAt: "2026-01-02T09:00:00.000Z",
  device: null,
});

Deno.test("matching() wants every word, in any of what is shown, in any case", () => {
  const runs = [older, newer];
  assertEquals(matching(runs, "  "), runs);
  assertEquals(matching(runs, "MNIST running"), [newer]);
  assertEquals(matching(runs, "processor"), [older]);
  assertEquals(matching(runs, "faces mnist"), []);
});

Deno.test("sorted() sorts by each column, equal ones newest first", () => {
  const ids = (key: Parameters<typeof sorted>[1]["key"], direction: "ascending" | "descending") =>
    sorted([older, newer], { key, direction }).map(({ dataset }) => dataset);
  assertEquals(ids("updated", "descending"), ["mnist", "faces"]);
  assertEquals(ids("progress", "descending"), ["faces", "mnist"]);
  assertEquals(ids("status", "ascending"), ["faces", "mnist"]);
  assertEquals(ids("device", "ascending"), ["mnist", "faces"]);
  const equal = [older, { ...newer, status: older.status }];
  assertEquals(sorted(equal, { key: "status", direction: "ascending" })[0]!.dataset, "mnist");
});

Deno.test("RunsState.drawable names the runs that draw from latents, newest first", () => {
  const state = new RunsState(new FakeTransport(), new FakeClock());
  state.runs.value = [
    { ...older, id: "1" },
    { ...older, id: "2", experiment: "super-resolution" },
    { ...older, id: "3" },
  ];
  assertEquals(state.drawable.value, ["3", "1"]);
});

Deno.test("RunsState.sortBy() turns the order round at the second time", () => {
  const state = new RunsState(new FakeTransport(), new FakeClock());
  state.sortBy("dataset");
  assertEquals(state.sort.value, { key: "dataset", direction: "ascending" });
  state.sortBy("dataset");
  assertEquals(state.sort.value, { key: "dataset", direction: "descending" });
  state.sortBy("progress");
  assertEquals(state.sort.value, { key: "progress", direction: "descending" });
});

Deno.test("RunsState keeps the list fresh while watched and seen, and shown when the server goes", async () => {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const state = new RunsState(transport, clock);
  state.watch();
  await settled();
  assertEquals(state.runs.value, []);
  transport.list = [older];
  transport.broken = [{ id: "holiday", message: "there is no run.json in it" }];
  clock.seen = false;
  await clock.pass(5000);
  assertEquals(state.runs.value, []);
  clock.seen = true;
  await clock.pass(2000);
  assertEquals(state.runs.value, [older]);
  assertEquals(state.broken.value, transport.broken);
  transport.list = new Unreachable("gone");
  await clock.pass(2000);
  assertEquals(state.runs.value, [older]);
  assertEquals(state.loading.value, { state: "failed", message: "The server does not answer" });
  transport.list = [older, newer];
  state.unwatch();
  await clock.pass(10_000);
  assertEquals(state.runs.value, [older]);
});
