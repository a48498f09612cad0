import { assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import type { Sample } from "../../ui/api.ts";
import { SamplePlayer } from "../../ui/state/player.ts";
import { FakeClock, fakeSample, settled } from "./fakes.ts";

function playerOf(steps: readonly number[]) {
  const clock = new FakeClock();
  const samples = signal<readonly Sample[]>(steps.map(fakeSample));
  const loaded: number[] = [];
  const broken = new Set<number>();
  const player = new SamplePlayer({
    samples,
    clock,
    load: ({ step }) => {
      loaded.push(step);
      return Promise.resolve(!broken.has(step));
    },
  });
  const stepChosen = () => samples.value[player.index.value]?.step;
  return { clock, samples, loaded, broken, player, stepChosen };
}

Deno.test("SamplePlayer follows the newest sample until one is picked", () => {
  const { samples, player, stepChosen } = playerOf([0, 10]);
  assertEquals(stepChosen(), 10);
  samples.value = [...samples.value, fakeSample(20)];
  assertEquals(stepChosen(), 20);
  player.move(-1);
  samples.value = [...samples.value, fakeSample(30)];
  assertEquals(stepChosen(), 10);
  assertEquals(player.following.value, false);
  player.go(Infinity);
  assertEquals([stepChosen(), player.following.value], [30, true]);
});

Deno.test("SamplePlayer stays within the history, and finds the sample of a step", () => {
  const { player, stepChosen } = playerOf([0, 10, 20, 30]);
  player.go(0);
  player.move(-1);
  assertEquals(stepChosen(), 0);
  player.goToStep(17);
  assertEquals(stepChosen(), 10);
  player.goToStep(1e9);
  assertEquals(stepChosen(), 30);
});

Deno.test("SamplePlayer keeps its step when a resumed run cuts the history", () => {
  const { samples, player, stepChosen } = playerOf([0, 10, 20, 30]);
  player.go(1);
  samples.value = samples.value.slice(0, 2);
  assertEquals(stepChosen(), 10);
  samples.value = [];
  assertEquals(stepChosen(), undefined);
});

Deno.test("SamplePlayer plays from the first sample to the newest, then follows it", async () => {
  const { clock, player, stepChosen } = playerOf([0, 10, 20]);
  player.toggle();
  assertEquals([stepChosen(), player.playing.value], [0, true]);
  await clock.pass(300);
  assertEquals(stepChosen(), 10);
  await clock.pass(300);
  assertEquals([stepChosen(), player.playing.value, player.following.value], [20, false, true]);
});

Deno.test("SamplePlayer.toggle() pauses where it is", async () => {
  const { clock, player, stepChosen } = playerOf([0, 10, 20]);
  player.toggle();
  await clock.pass(300);
  player.toggle();
  await clock.pass(10_000);
  assertEquals([stepChosen(), player.playing.value], [10, false]);
});

Deno.test("SamplePlayer.settle() shows the chosen picture and brings its neighbours in", async () => {
  const { loaded, player } = playerOf([0, 10, 20, 30]);
  player.go(1);
  await player.settle();
  assertEquals(player.shown.value?.step, 10);
  assertEquals(loaded, [10, 20, 0, 30]);
});

Deno.test("SamplePlayer keeps the last picture where one cannot be had, and asks again", async () => {
  const { clock, samples, broken, player } = playerOf([0]);
  await player.settle();
  broken.add(10);
  samples.value = [...samples.value, fakeSample(10)];
  await player.settle();
  assertEquals(player.shown.value?.step, 0);
  broken.clear();
  await clock.pass(3000);
  await settled();
  assertEquals(player.shown.value?.step, 10);
});
