import { assert, assertEquals, assertMatch } from "@std/assert";
import { signal } from "@preact/signals";
import type { CheckpointInfo } from "../../../src/core/protocol.ts";
import { latentOfSeed } from "../../../src/core/rng.ts";
import type { Direction } from "../../../src/latent/directions/direction.ts";
import { createRouter } from "../../../ui/router.ts";
import { ExploreState } from "../../../ui/state/explore/explore.ts";
import { addressOf } from "../../../ui/state/explore/inspect.ts";
import { pictureNamed } from "../../../ui/state/explore/live_drawing.ts";
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

const Z = 4;
const smile: Direction = {
  name: "smile",
  kind: "attribute",
  vector: Float32Array.of(1, 0, 0, 0),
  evidence: { accuracy: 0.9 },
  range: 3,
};

const checkpoints = (...steps: number[]): CheckpointInfo[] =>
  steps.map((step) => ({ step, files: [], resumable: true }));

/** The state of a page at an address, over a run `a` with three checkpoints. */
async function open(address: string, change: (transport: FakeTransport) => void = () => {}) {
  const transport = new FakeTransport();
  transport.detail = fakeDetail({
    id: "a",
    status: "completed",
    checkpoints: checkpoints(500, 1000, 1500),
  });
  transport.directionList = [smile];
  change(transport);
  const bar = new FakeAddressBar(address);
  const router = createRouter(bar);
  const [clock, generator] = [new FakeClock(), new FakeGenerator()];
  const route = router.route.value;
  const run = route.page === "explore" ? route.run : null;
  const [narrow, reducedMotion] = [signal(false), signal(false)];
  const explore = new ExploreState(run, {
    ...{ transport, router, clock, generator, narrow, reducedMotion },
  });
  explore.wall.measured(600, 400, 1);
  for (let i = 0; i < 10; i++) await settled();
  return { explore, transport, bar, router, clock, generator, narrow };
}

Deno.test("an address without a run leads to the newest one that has a checkpoint", async () => {
  const { explore, router } = await open("/explore?seed=7", (transport) => {
    transport.list = ["a", "c", "b"].map((id) =>
      fakeSummary({ id, createdAt: `2026-01-0${"abc".indexOf(id) + 1}` })
    );
    transport.run = (id?: string) =>
      Promise.resolve(fakeDetail({ id: id!, checkpoints: checkpoints(...id === "c" ? [] : [5]) }));
  });
  assertEquals(router.route.value, { page: "explore", run: "b", step: null });
  assertEquals(router.query.value, "seed=7");
  explore.dispose();
});

Deno.test("an address without a run passes over runs whose networks enlarge pictures", async () => {
  const { explore, router } = await open("/explore", (transport) => {
    transport.list = [
      fakeSummary({ id: "a", createdAt: "2026-01-01" }),
      fakeSummary({ id: "b", createdAt: "2026-01-02", experiment: "srgan" }),
    ];
    transport.run = (id?: string) =>
      Promise.resolve(fakeDetail({ id: id!, checkpoints: checkpoints(5) }));
  });
  assertEquals(router.route.value, { page: "explore", run: "a", step: null });
  explore.dispose();
});

Deno.test("without runs the page says so; a run that is not there is missing", async () => {
  const empty = await open("/explore");
  assertEquals([empty.explore.loading.value.state, empty.explore.detail.value], ["ready", null]);
  const missing = await open("/explore/a", (transport) => {
    transport.detail = new Refused(404, "There is no run a");
  });
  assertEquals(missing.explore.loading.value, { state: "missing", message: "There is no run a" });
});

Deno.test("the step is the address's, else the newest, and changes as a place to come back to", async () => {
  const { explore, bar } = await open("/explore/a?at=7");
  assertEquals(explore.checkpoint.value, { run: "a", step: 1500, weights: "ema" });
  explore.goToStep(500);
  assertEquals(explore.checkpoint.value!.step, 500);
  assertEquals(bar.read(), "/explore/a/500?at=7");
  bar.back();
  assertEquals(explore.step.value, 1500);
  const lost = await open("/explore/a/700");
  assertEquals([lost.explore.askedStep.value, lost.explore.step.value], [700, null]);
});

Deno.test("prepareSteps() opens the steps on either side", async () => {
  const { explore, generator } = await open("/explore/a/1000?weights=raw");
  explore.prepareSteps();
  const prepared = generator.prepared.map(({ step, weights }) => [step, weights]);
  assertEquals(prepared, [[500, "raw"], [1500, "raw"]]);
});

Deno.test("a run that goes on brings its new checkpoints to a page at the newest", async () => {
  const { explore, transport, clock } = await open("/explore/a", (transport) => {
    transport.detail = fakeDetail({ id: "a", checkpoints: checkpoints(500) });
  });
  assertEquals(explore.step.value, 500);
  transport.detail = fakeDetail({ id: "a", checkpoints: checkpoints(500, 1000) });
  await clock.pass(5000);
  assertEquals(explore.step.value, 1000);
  explore.dispose();
});

Deno.test("a run that ended, and was resumed to write a step anew, is drawn anew from it", async () => {
  const written = (sha256: string): CheckpointInfo[] =>
    [500, 1000].map((step) => {
      const hash = step === 500 ? "0".repeat(64) : sha256;
      const file = { name: "generator.safetensors", bytes: 1, sha256: hash };
      return { step, files: [file], resumable: true };
    });
  const [before, after] = ["a".repeat(64), "b".repeat(64)];
  const { explore, transport, generator, clock } = await open("/explore/a/1000", (transport) => {
    transport.detail = fakeDetail({ id: "a", status: "completed", checkpoints: written(before) });
  });
  const versions = () => new Set(generator.drawings.map(({ checkpoint }) => checkpoint.version));
  assertEquals(versions(), new Set([before.slice(0, 16)]));
  const drawn = generator.drawings.length;
  await clock.pass(30_000);
  assertEquals(generator.drawings.length, drawn, "nothing changed, so nothing is drawn again");
  transport.detail = fakeDetail({ id: "a", status: "running", checkpoints: written(after) });
  await clock.pass(30_000);
  assertEquals(versions(), new Set([before.slice(0, 16), after.slice(0, 16)]));
  explore.prepareSteps();
  assertEquals(generator.prepared.map(({ step, version }) => [step, version]), [
    [500, "0".repeat(16)],
  ]);
  explore.dispose();
});

Deno.test("the wall draws the seeds in sight, as every device draws them", async () => {
  const { explore, generator } = await open("/explore/a?seed=900");
  const first = generator.drawings[0]!;
  const topLeft = 900 - 900 % explore.wall.layout.value!.columns;
  assertEquals(first.latents.slice(0, Z), latentOfSeed(topLeft, Z));
  assertEquals(explore.wallPictures.of(900).value!.pixels[0], paintOf(latentOfSeed(900, Z)[0]!));
});

Deno.test("truncation changes the seeds' latents, and every picture with them", async () => {
  const { explore, generator } = await open("/explore/a?truncation=scale&psi=0.5");
  assertEquals(generator.drawings[0]!.latents[0], Math.fround(latentOfSeed(0, Z)[0]! * 0.5));
  const drawn = generator.imagesAsked;
  explore.view.psi.set(0.25);
  for (let i = 0; i < 10; i++) await settled();
  assert(generator.imagesAsked > drawn, "the wall is drawn anew");
});

Deno.test("a click inspects, or goes where clicks were said to go", async () => {
  const { explore, router, bar } = await open("/explore/a");
  explore.click("5");
  assertEquals(router.query.value, "at=5&show=inspect");
  explore.sendClicksTo("tray");
  for (const text of ["7", "9", "7"]) explore.click(text);
  explore.sendClicksTo("b");
  explore.click("3");
  assertEquals([explore.tray.texts.value, explore.arithmetic.concepts.b.texts.value], [["9"], [
    "3",
  ]]);
  assertEquals(router.query.value, "at=5&show=inspect&picks=9&b=3");
  bar.back();
  assertEquals(explore.arithmetic.concepts.b.texts.value, []);
});

Deno.test("where the wall is a tab, adding leads to it and back", async () => {
  const { explore, narrow } = await open("/explore/a?show=arithmetic");
  narrow.value = true;
  explore.sendClicksTo("a");
  assertEquals(explore.view.panel.value.value, "wall");
  explore.click("5");
  explore.sendClicksTo("inspect");
  assertEquals(explore.view.panel.value.value, "arithmetic");
  assertEquals(explore.arithmetic.concepts.a.texts.value, ["5"]);
});

Deno.test("the tray orders its picks", async () => {
  const { explore: { tray } } = await open("/explore/a?picks=1,2,3,4");
  tray.add("4", 0);
  assertEquals(tray.texts.value, ["4", "1", "2", "3"]);
  tray.add("4", 3);
  assertEquals(tray.texts.value, ["1", "2", "4", "3"]);
  tray.shift("4", 1);
  tray.shift("1", -1);
  assertEquals(tray.texts.value, ["1", "2", "3", "4"]);
  tray.select("2");
  tray.remove("2");
  assertEquals([tray.selected.value, tray.texts.value], [null, ["1", "3", "4"]]);
});

Deno.test("edits are in the address, and are drawn as the base moved along", async () => {
  const { explore, router } = await open("/explore/a?at=7&show=edit");
  explore.inspect.move("smile", 1.5);
  await settled();
  assertEquals(router.query.value, "at=move(7;smile:1.5)&show=edit");
  const { drawn } = explore.inspect.drawing;
  const [z] = latentOfSeed(7, Z);
  assertEquals(explore.thumbs.of("7").value!.pixels[0], paintOf(z!), "the base, beside it");
  assertEquals(pictureNamed(drawn.value, "picture")!.pixels[0], paintOf(z! + 1.5));
  assertEquals(explore.inspect.base.value, "7");
  explore.inspect.move("smile", 0);
  assertEquals(explore.inspect.at.value, "7");
});

Deno.test("a direction's strip goes from −range to +range and keeps the other moves", async () => {
  const { explore } = await open("/explore/a?at=move(7;age:0.5;smile:1)&show=edit");
  const texts = explore.inspect.stripOf(smile).map(({ text }) => text);
  assertEquals(texts[0], "move(7;age:0.5;smile:-3)");
  assertEquals(texts[3], "move(7;age:0.5)");
  assertEquals(texts.length, 7);
});

Deno.test("a direction that the checkpoint lacks is named, and nothing else breaks", async () => {
  const { explore } = await open("/explore/a?at=move(7;age:1)&picks=move(7;age:1),5&show=walk");
  assertMatch(explore.inspect.latent.value.fault!, /no direction "age".*It has smile/);
  assertEquals(explore.walk.stops.value, ["5"]);
});

Deno.test("what is no latent in an address is said, and left out", async () => {
  const { explore } = await open("/explore/a?at=smile&picks=1,2&a=mean(");
  assertEquals([explore.inspect.at.value, explore.tray.texts.value], [null, ["1", "2"]]);
  assertEquals(explore.view.faults.value.length, 2);
  assertMatch(explore.view.faults.value[0]!, /Cannot read the latent "smile"/);
});

Deno.test("arithmetic draws means, result and neighbours, the paper's noise at first", async () => {
  const { explore, router } = await open("/explore/a?show=arithmetic&a=1,2&b=3");
  assertEquals(explore.arithmetic.result.value, null);
  explore.arithmetic.concepts.c.add("4");
  assertEquals(explore.arithmetic.result.value, "arith(1,2;3;4;1)");
  for (let i = 0; i < 4; i++) await settled();
  const z = (seed: number) => latentOfSeed(seed, Z)[0]!;
  const valueOf = (name: string) =>
    pictureNamed(explore.arithmetic.drawing.drawn.value, name)!.pixels[0];
  assertEquals(valueOf("a"), paintOf((z(1) + z(2)) / 2));
  assertEquals(valueOf("result"), paintOf((z(1) + z(2)) / 2 - z(3) + z(4)));
  assertEquals(explore.arithmetic.neighbours.value.length, 8);
  assertEquals(explore.arithmetic.neighbours.value[7], "near(arith(1,2;3;4;1);0.25;1;7)");
  explore.arithmetic.reseed();
  assertMatch(router.query.value, /near=2/);
  explore.view.typical.set(true);
  assertEquals(explore.arithmetic.result.value, "typical(arith(1,2;3;4;1))");
});

Deno.test("weights that cannot be drawn are said, and another checkpoint goes on", async () => {
  const { explore, generator } = await open("/explore/a");
  generator.failure = new Refused(422, "expected finite numbers, got NaN");
  explore.view.weights.set("raw");
  for (let i = 0; i < 4; i++) await settled();
  assertEquals(explore.wallPictures.fault.value, "expected finite numbers, got NaN");
  generator.failure = null;
  explore.goToStep(500);
  for (let i = 0; i < 4; i++) await settled();
  assertEquals(explore.wallPictures.fault.value, null);
});

Deno.test("a server that is gone is waited for", async () => {
  const { explore, transport, clock } = await open("/explore/a", (transport) => {
    transport.detail = new Unreachable(null);
  });
  assertEquals(explore.loading.value.state, "failed");
  transport.detail = fakeDetail({ id: "a", status: "completed", checkpoints: checkpoints(5) });
  await clock.pass(2000);
  assertEquals([explore.loading.value.state, explore.step.value], ["ready", 5]);
});

Deno.test("addressOf() is what the terminal takes", () => {
  const ref = { run: "a", step: 500, weights: "ema" } as const;
  assertEquals(addressOf(ref, "7"), "a@500#7");
  assertEquals(addressOf(ref, "mean(1,2)"), "a@500#mean(1,2)");
});
