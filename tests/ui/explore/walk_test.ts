import { assert, assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import { createRouter } from "../../../ui/router.ts";
import { LatentSource } from "../../../ui/state/explore/latent_source.ts";
import { exploreView } from "../../../ui/state/explore/view.ts";
import { FRAMES_PER_LEG, WalkState } from "../../../ui/state/explore/walk.ts";
import { FakeGenerator } from "../fake_generator.ts";
import { FakeAddressBar, FakeClock, settled } from "../fakes.ts";

/** Frames come every 16 ms. */
class FrameClock extends FakeClock {
  override frame(callback: () => void): void {
    this.after(16, callback);
  }
}

async function openWalk(query: string, { patient = false, reduced = false } = {}) {
  const bar = new FakeAddressBar(`/explore/a?${query}`);
  const view = exploreView(createRouter(bar));
  const [client, clock] = [new FakeGenerator(), new FrameClock()];
  client.patient = patient;
  const latents = new LatentSource({
    latentDim: signal(4),
    truncation: signal(null),
    directions: signal([]),
  });
  const walk = new WalkState({
    ...{ client, clock, view, latents },
    checkpoint: signal({ run: "a", step: 500, weights: "ema" }),
    generation: signal(""),
    shown: signal(true),
    reducedMotion: signal(reduced),
  });
  for (let i = 0; i < 8; i++) await settled();
  return { walk, view, client, clock, bar };
}

Deno.test("a walk's frames are its picks and the arcs between", async () => {
  const { walk } = await openWalk("picks=5,9,7");
  assertEquals([walk.legs.value, walk.last.value], [2, 2 * FRAMES_PER_LEG]);
  assertEquals(walk.textAt(0), "5");
  assertEquals(walk.textAt(FRAMES_PER_LEG), "9");
  assertEquals(walk.textAt(FRAMES_PER_LEG / 2), "slerp(5;9;0.5)");
  assertEquals(walk.textAt(walk.last.value), "7");
  walk.dispose();
});

Deno.test("a loop leads back to its first pick, and lines can replace arcs", async () => {
  const { walk, view } = await openWalk("picks=5,9&loop=1&path=lerp");
  assertEquals(walk.last.value, 2 * FRAMES_PER_LEG);
  assertEquals(walk.textAt(1.5 * FRAMES_PER_LEG), "lerp(9;5;0.5)");
  assertEquals(walk.textAt(walk.last.value), "5");
  view.method.set("slerp");
  assertEquals(walk.textAt(1.5 * FRAMES_PER_LEG), "slerp(9;5;0.5)");
  walk.dispose();
});

Deno.test("a scrubber's place is in the address, and shows its picture and the strip", async () => {
  const { walk, view, client } = await openWalk("picks=5,9&t=0.25");
  assertEquals(walk.text.value, "slerp(5;9;0.25)");
  assert(walk.picture.value !== null);
  for (const { text } of walk.strip.value) assert(walk.cache.of(text).value !== null, text);
  walk.go(45);
  assertEquals(view.place.value.value, 0.75);
  const asked = client.imagesAsked;
  await settled();
  assert(client.imagesAsked - asked <= 64, "only what is near is drawn ahead");
  walk.dispose();
});

Deno.test("play() shows thirty frames a second, and ends at the end", async () => {
  const { walk, view, clock } = await openWalk("picks=5,9");
  walk.play();
  await clock.pass(1000);
  assert(Math.abs(walk.frame.value - 30) <= 3, `frame ${walk.frame.value} after a second`);
  assertEquals(view.place.value.value, 0, "the address is left in peace meanwhile");
  await clock.pass(2000);
  assertEquals([walk.playing.value, walk.frame.value], [false, FRAMES_PER_LEG]);
  assertEquals(view.place.value.value, 1);
  walk.play();
  assertEquals(walk.frame.value, 0, "from the end it begins anew");
  walk.dispose();
});

Deno.test("a loop goes on and on, until it is paused", async () => {
  const { walk, clock, view } = await openWalk("picks=5,9&loop=1");
  walk.play();
  await clock.pass(9000);
  assertEquals(walk.playing.value, true);
  walk.pause();
  assertEquals(view.place.value.value, Number((walk.frame.value / FRAMES_PER_LEG).toFixed(3)));
  const { value: frame } = walk.frame;
  await clock.pass(1000);
  assertEquals(walk.frame.value, frame);
  walk.dispose();
});

Deno.test("a slow generator slows the walk: no frame is skipped, none is shown empty", async () => {
  const { walk, client, clock } = await openWalk("picks=5,9", { patient: true });
  walk.play();
  await clock.pass(500);
  assertEquals(walk.frame.value, 0);
  const seen = new Set<number>();
  for (let i = 0; i < 30; i++) {
    client.last.finish();
    await settled();
    await clock.pass(40);
    seen.add(walk.frame.value);
    assert(walk.picture.value !== null);
  }
  assert(seen.size > 10, `${seen.size} frames seen`);
  walk.dispose();
});

Deno.test("with reduced motion a walk is a slide show", async () => {
  const { walk, clock } = await openWalk("picks=5,9", { reduced: true });
  walk.play();
  await clock.pass(900);
  assertEquals(walk.frame.value, 0);
  await clock.pass(200);
  assertEquals(walk.frame.value, FRAMES_PER_LEG / 4);
  walk.dispose();
});

Deno.test("one pick is no walk", async () => {
  const { walk } = await openWalk("picks=5&t=3");
  assertEquals([walk.legs.value, walk.frame.value, walk.text.value], [0, 0, "5"]);
  walk.play();
  assertEquals(walk.playing.value, false);
  assertEquals(walk.strip.value, []);
  walk.dispose();
});
