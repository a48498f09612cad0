import { assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import { LiveDrawing, pictureNamed } from "../../../ui/state/explore/live_drawing.ts";
import { Refused, Unreachable } from "../../../ui/transport.ts";
import { FakeGenerator, paintOf } from "../fake_generator.ts";
import { FakeClock, settled } from "../fakes.ts";

const checkpoint = { run: "a", step: 500, weights: "ema" } as const;

function open() {
  const client = new FakeGenerator();
  client.patient = true;
  const clock = new FakeClock();
  const slider = signal<number | null>(0);
  const live = new LiveDrawing(client, clock, "edit", () => {
    if (slider.value === null) return null;
    return { checkpoint, latents: Float32Array.of(slider.value, 0, 0, 0), names: ["picture"] };
  });
  const shown = () => pictureNamed(live.drawn.value, "picture")?.pixels[0] ?? null;
  return { client, clock, slider, live, shown };
}

Deno.test("LiveDrawing skips what a slider has passed, and ends at where it stands", async () => {
  const { client, slider, live, shown } = open();
  for (let i = 1; i <= 50; i++) slider.value = i / 50;
  assertEquals(client.drawings.length, 1, "one at a time");
  client.last.finish();
  await settled();
  assertEquals(shown(), paintOf(0), "what is there is shown meanwhile");
  assertEquals(client.drawings.length, 2, "of fifty only the last");
  client.last.finish();
  await settled();
  assertEquals(shown(), paintOf(1));
  assertEquals(client.last.options.lane, "edit");
  live.dispose();
});

Deno.test("LiveDrawing shows nothing when nothing is asked for, also not what comes late", async () => {
  const { client, slider, live, shown } = open();
  slider.value = null;
  client.last.finish();
  await settled();
  assertEquals([shown(), live.drawn.value], [null, null]);
  live.dispose();
});

Deno.test("LiveDrawing says what was refused, keeps the last picture, and recovers", async () => {
  const { client, slider, live, shown } = open();
  client.last.finish();
  await settled();
  slider.value = 1;
  client.last.finish(new Refused(422, "NaN in the weights"));
  await settled();
  assertEquals([live.fault.value, shown()], ["NaN in the weights", paintOf(0)]);
  slider.value = 0.5;
  client.last.finish();
  await settled();
  assertEquals([live.fault.value, shown()], [null, paintOf(0.5)]);
  live.dispose();
});

Deno.test("LiveDrawing draws again when a server that was gone is back", async () => {
  const { client, clock, live, shown } = open();
  client.last.finish(new Unreachable(null));
  await settled();
  assertEquals(live.fault.value, "The server does not answer");
  await clock.pass(2000);
  client.last.finish();
  await settled();
  assertEquals([live.fault.value, shown()], [null, paintOf(0)]);
  live.dispose();
});

Deno.test("pictureNamed() finds an image among several by its name", () => {
  const pixels = new Uint8ClampedArray(2 * 4).fill(7, 4);
  const request = { checkpoint, latents: new Float32Array(8), names: ["base", "picture"] };
  const drawn = { request, images: { pixels, count: 2, size: 1 } };
  assertEquals(pictureNamed(drawn, "picture")!.pixels[0], 7);
  assertEquals(pictureNamed(drawn, "result"), null);
  assertEquals(pictureNamed(null, "picture"), null);
});
