import { assert, assertEquals, assertMatch } from "@std/assert";
import type { CheckpointInfo, RunDetail } from "../../../src/core/protocol.ts";
import { latentOfSeed } from "../../../src/core/rng.ts";
import { createRouter } from "../../../ui/router.ts";
import { CompareState } from "../../../ui/state/compare/compare.ts";
import { compareCommand, notesOn } from "../../../ui/state/compare/notes.ts";
import { RunsState } from "../../../ui/state/runs.ts";
import { Refused, Unreachable } from "../../../ui/transport.ts";
import { FakeGenerator, paintOf } from "../fake_generator.ts";
import {
  FakeAddressBar,
  FakeClock,
  fakeDetail,
  fakeSummary,
  FakeTransport,
  settled,
} from "../fakes.ts";

const checkpoints = (...steps: number[]): CheckpointInfo[] =>
  steps.map((step) => ({ step, files: [], resumable: true }));

const RUNS: Readonly<Record<string, Partial<RunDetail>>> = {
  a: { checkpoints: checkpoints(500, 1000, 1500) },
  b: { checkpoints: checkpoints(400, 1600) },
  empty: { checkpoints: [] },
};

/** The state of a page at an address, over the runs above. */
async function open(address: string, change: (transport: FakeTransport) => void = () => {}) {
  const transport = new FakeTransport();
  transport.list = Object.keys(RUNS).map((id) => fakeSummary({ id }));
  const detail = (id: string): RunDetail => {
    const run = RUNS[id];
    if (run === undefined) throw new Refused(404, `There is no run "${id}"`);
    return fakeDetail({ id, status: "completed", ...run });
  };
  const asked = async <T>(give: () => T) => await give();
  transport.run = (id?: string) => asked(() => detail(id!));
  transport.checkpoints = (id?: string) => asked(() => detail(id!).checkpoints);
  change(transport);
  const bar = new FakeAddressBar(address);
  const router = createRouter(bar);
  const [clock, generator] = [new FakeClock(), new FakeGenerator()];
  const runs = new RunsState(transport, clock);
  runs.watch();
  const compare = new CompareState({ transport, router, clock, generator, runs });
  for (let i = 0; i < 60; i++) await settled();
  return { compare, transport, bar, router, clock, generator, runs };
}

/** The steps that panels show. */
const stepsOf = (compare: CompareState) => compare.panels.value.map(({ step }) => step);
const query = (bar: FakeAddressBar) => decodeURIComponent(bar.read().split("?")[1] ?? "");

Deno.test("one slider drives every panel to its nearest checkpoint, but for the locked", async () => {
  const { compare } = await open("/compare?of=a,b,a@500");
  assertEquals(compare.stops.value, [400, 500, 1000, 1500, 1600]);
  assertEquals(stepsOf(compare), [1500, 1600, 500], "at first each run's newest");
  compare.goToStop(0);
  assertEquals(stepsOf(compare), [500, 400, 500]);
  compare.goToStop(2);
  assertEquals([stepsOf(compare), compare.stop.value], [[1000, 400, 500], 2]);
  compare.goToStop(99);
  assertEquals(stepsOf(compare), [1500, 1600, 500]);
  compare.dispose();
});

Deno.test("locking keeps a panel at its step, unlocking lets it follow again", async () => {
  const { compare, bar } = await open("/compare?of=a,b&step=1000");
  compare.edit.toggleLock(0);
  assertEquals(query(bar), "of=a@1000,b&step=1000");
  compare.goToStop(0);
  assertEquals(stepsOf(compare), [1000, 400]);
  compare.edit.toggleLock(0);
  assertEquals(stepsOf(compare), [500, 400]);
  compare.edit.toggleLock(0);
  compare.edit.toggleLock(1);
  assertEquals([compare.stops.value, compare.stop.value], [[], -1]);
  compare.edit.unlockAll();
  assertEquals(compare.panels.value.map(({ locked }) => locked), [false, false]);
  compare.dispose();
});

Deno.test("panels are added, moved, changed and removed in the address", async () => {
  const { compare, bar } = await open("/compare?of=a");
  assertEquals([compare.shownView.value, compare.view.view.value.value], ["side", "side"]);
  compare.edit.add("b");
  compare.edit.add("a"); // is there, and follows: the second is locked
  assertEquals(query(bar), "of=a,b,a@1500");
  compare.edit.move(2, -1);
  compare.edit.change(0, { run: "b", step: null });
  assertEquals(query(bar), "of=b,a@1500,b");
  compare.edit.remove(1);
  compare.edit.add("a", 500);
  compare.edit.add("a", 1000);
  compare.edit.add("a", 1500); // there is no room for a fifth
  assertEquals(query(bar), "of=b,b,a@500,a@1000");
  compare.dispose();
});

Deno.test("every panel shows the same seeds, each drawn once and from the same latents", async () => {
  const { compare, generator } = await open("/compare?of=a,b&seed=7&count=4&step=1000");
  const [a, b] = compare.panels.value;
  const painted = (generation: string | null, seed: number) =>
    compare.pictures.of(generation!, seed).value?.pixels[0];
  for (const seed of [7, 8, 9, 10]) {
    const expected = paintOf(latentOfSeed(seed, 4)[0]!);
    assertEquals([painted(a!.generation, seed), painted(b!.generation, seed)], [
      expected,
      expected,
    ]);
  }
  const ofFirst = generator.drawings.filter(({ checkpoint }) =>
    checkpoint.run === "a" && checkpoint.step === 1000
  );
  assertEquals(ofFirst[0]!.count, 4);
  const drawn = generator.imagesAsked;
  compare.goToStop(0);
  for (let i = 0; i < 20; i++) await settled();
  const shown = compare.panels.value.map(({ generation }) => painted(generation, 7));
  assertEquals(shown, [paintOf(latentOfSeed(7, 4)[0]!), paintOf(latentOfSeed(7, 4)[0]!)]);
  compare.goToStop(2);
  assert(painted(compare.panels.value[0]!.generation, 7) !== undefined, "kept, not drawn anew");
  assert(generator.imagesAsked > drawn);
  compare.dispose();
});

Deno.test("neighbouring steps and the next page are drawn ahead, after what is in sight", async () => {
  const { compare, generator } = await open("/compare?of=a&step=1000&count=4");
  const asked = generator.drawings.map(({ checkpoint: { step }, latents }) => {
    const first = [0, 4].find((seed) => latents[0] === latentOfSeed(seed, 4)[0]);
    return `${step}#${first}`;
  });
  assertEquals(asked, ["1000#0", "1500#0", "500#0", "1000#4"]);
  assertEquals(generator.prepared.map(({ step }) => step), [1500, 500]);
  compare.dispose();
});

Deno.test("truncation and weights are part of what pictures are kept under", async () => {
  const { compare, generator } = await open("/compare?of=a&count=1&truncation=scale&psi=0.5");
  assertEquals(
    generator.drawings[0]!.latents[0],
    Math.fround(0.5 * latentOfSeed(0, 4)[0]!),
  );
  const before = compare.panels.value[0]!.generation;
  compare.view.weights.set("raw");
  assert(compare.panels.value[0]!.generation !== before);
  for (let i = 0; i < 20; i++) await settled();
  assert(generator.drawings.some(({ checkpoint }) => checkpoint.weights === "raw"));
  compare.dispose();
});

Deno.test("an address brings back what it was copied from", async () => {
  const { compare, bar, clock } = await open("/compare?of=a@500,b");
  const { view } = compare;
  view.view.set("difference");
  view.map.set("signed");
  view.gain.set(8);
  view.pair.set({ reference: 1, other: 0 });
  view.seed.set(32);
  view.count.set(9);
  view.at.set(33);
  view.zoom.set({ scale: 3, x: 0.25, y: 0.75 });
  compare.goToStop(0);
  await clock.pass(1000);
  bar.leave();
  const { compare: again } = await open(bar.read());
  const shown = ({ view }: CompareState) =>
    Object.values(view).map(({ value }) => JSON.stringify(value.value));
  assertEquals(shown(again), shown(compare));
  assertEquals(stepsOf(again), [500, 400]);
  assertEquals(again.seeds.value, [33]);
  for (const each of [compare, again]) each.dispose();
});

Deno.test("pages of seeds go on from the last, and one that is shown large to the next", async () => {
  const { compare } = await open("/compare?of=a&count=4&seed=2");
  compare.page(1);
  assertEquals(compare.seeds.value, [6, 7, 8, 9]);
  compare.page(-1);
  compare.page(-1);
  assertEquals(compare.seeds.value, [0, 1, 2, 3]);
  compare.view.at.set(3);
  compare.page(1);
  assertEquals(compare.seeds.value, [4]);
  compare.reseed();
  const [first] = compare.seeds.value;
  assert(first! > 1000 && first! % 4 === 0, `${first}`);
  compare.dispose();
});

Deno.test("a page without runs in its address opens with the newest that have checkpoints", async () => {
  const { compare, bar } = await open("/compare");
  bar.leave();
  assertEquals(query(bar), "of=b,a");
  compare.dispose();
  const none = await open("/compare", (transport) => transport.list = []);
  assertEquals([none.compare.nothing.value, none.compare.panels.value], [true, []]);
  none.compare.dispose();
});

Deno.test("a run is found by the end of its id; one that is not there says so", async () => {
  const { compare, generator } = await open("/compare?of=mpty,nobody,a");
  const [empty, nobody, a] = compare.panels.value;
  assertEquals([empty!.run, empty!.step], ["empty", null]);
  assertEquals(compare.faultOf(nobody!), 'There is no run "nobody"');
  assertEquals([compare.faultOf(a!), a!.step], [null, 1500]);
  assert(generator.drawings.every(({ checkpoint }) => checkpoint.run === "a"));
  compare.dispose();
});

Deno.test("run@best follows the record, and shows nothing where there is no best", async () => {
  const best = { step: 1000, metric: "fcd-lab-2k", value: 3 };
  const { compare } = await open("/compare?of=a@best,b@best", (transport) => {
    const run = transport.run;
    transport.run = async (id?: string) => ({
      ...await (run as (id?: string) => Promise<RunDetail>)(id),
      best: id === "a" ? best : null,
    });
  });
  assertEquals(stepsOf(compare), [1000, null]);
  compare.dispose();
});

Deno.test("weights that cannot be drawn stop their own panel alone, and say why", async () => {
  const { compare, generator, clock } = await open("/compare?of=a&count=2&step=1000");
  generator.failure = new Refused(422, "Cannot draw with these weights: expected finite numbers");
  compare.edit.add("b");
  for (let i = 0; i < 20; i++) await settled();
  const [a, b] = compare.panels.value;
  assertEquals(compare.faultOf(a!), null);
  assertMatch(compare.faultOf(b!)!, /finite numbers/);
  generator.failure = null;
  compare.page(1);
  await clock.pass(100);
  assert(compare.pictures.of(a!.generation!, 2).value !== null);
  compare.dispose();
});

Deno.test("a server that is gone is asked again, and what is there stays", async () => {
  const { compare, generator, clock } = await open("/compare?of=a&count=2&step=1000");
  generator.failure = new Unreachable(null);
  compare.view.seed.set(50);
  for (let i = 0; i < 20; i++) await settled();
  assertMatch(compare.pictures.outage.value!, /does not answer/);
  generator.failure = null;
  await clock.pass(3000);
  const [a] = compare.panels.value;
  assertEquals(compare.pictures.outage.value, null);
  assert(compare.pictures.of(a!.generation!, 50).value !== null);
  compare.dispose();
});

Deno.test("notes say what to bear in mind; the command names the checkpoints shown", async () => {
  const { compare } = await open("/compare?of=a@500,b&step=400", (transport) => {
    transport.list = Object.keys(RUNS).map((id) => fakeSummary({ id }));
  });
  const panels = compare.panels.value;
  assertEquals(compareCommand(compare), "deno task compare a@500 b@400 --seeds 0-15");
  compare.view.at.set(7);
  compare.view.weights.set("raw");
  compare.view.map.set("signed");
  compare.view.view.set("difference");
  assertEquals(
    compareCommand(compare),
    "deno task compare a@500 b@400 --seeds 7 --weights raw --differences signed",
  );
  const notes = notesOn(panels);
  assertEquals(notes.length, 1);
  assertMatch(notes[0]!, /^Different runs/);
  assertEquals(notesOn(panels.slice(0, 1)), []);
  compare.dispose();
});

Deno.test("the film plays the slider's stops, waits for pictures, and ends with the last", async () => {
  const { compare, clock, generator } = await open("/compare?of=a&count=1");
  compare.film.toggle();
  assertEquals([stepsOf(compare), compare.film.playing.value], [[500], true]);
  await clock.pass(400);
  assertEquals(stepsOf(compare), [1000]);
  generator.patient = true;
  compare.view.seed.set(9);
  await clock.pass(2000);
  assertEquals(stepsOf(compare), [1000], "the new seed's picture is to come");
  generator.patient = false;
  for (const drawing of generator.drawings) drawing.finish();
  await clock.pass(800);
  assertEquals([stepsOf(compare), compare.film.playing.value], [[1500], true]);
  await clock.pass(400);
  assertEquals(compare.film.playing.value, false);
  compare.dispose();
});
