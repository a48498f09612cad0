import { assert, assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import type { NearestPictures } from "../../../src/core/likeness.ts";
import type { CheckpointRef } from "../../../ui/generator/client.ts";
import { NearestState } from "../../../ui/state/explore/nearest.ts";
import { type NearestOptions, Refused, Unreachable } from "../../../ui/transport.ts";
import { FakeClock, settled } from "../fakes.ts";

const FOUND: NearestPictures = {
  extractor: "lab",
  searched: 100,
  pictures: 100,
  mirror: false,
  neighbours: [{ index: 7, mirrored: false, distance: 0.5, url: "/7.png" }],
  reference: { count: 100, median: 0.6, percentile1: 0.2, nearer: 0.4 },
};

interface Call {
  readonly z: Float32Array;
  readonly options: NearestOptions;
  readonly answer: PromiseWithResolvers<NearestPictures>;
}

function open() {
  const calls: Call[] = [];
  const clock = new FakeClock();
  const latent = signal<Float32Array<ArrayBuffer> | null>(Float32Array.of(1, 2));
  const shown = signal(true);
  const checkpoint = signal<CheckpointRef>({ run: "a", step: 5, weights: "ema" });
  const transport = {
    nearestPictures(_ref: CheckpointRef, z: Float32Array, options: NearestOptions) {
      const answer = Promise.withResolvers<NearestPictures>();
      calls.push({ z, options, answer });
      return answer.promise;
    },
  };
  const nearest = new NearestState({ transport, clock, checkpoint, latent, shown });
  return { nearest, calls, clock, latent, shown };
}

Deno.test("NearestState asks once somebody stays, with progress, and shows what was found", async () => {
  const { nearest, calls, clock, latent } = open();
  for (let i = 0; i < 5; i++) {
    latent.value = Float32Array.of(i, 0);
    await clock.pass(100);
  }
  assertEquals(calls.length, 0, "who leafs through asks for nothing");
  await clock.pass(400);
  assertEquals(calls.map(({ z }) => z[0]), [4]);
  const progress = { label: "Features", done: 3, total: 100, unit: "pictures" };
  calls[0]!.options.onProgress!(progress);
  assertEquals(nearest.progress.value, progress);
  calls[0]!.answer.resolve(FOUND);
  await settled();
  assertEquals([nearest.found.value, nearest.progress.value], [FOUND, null]);
  nearest.dispose();
});

Deno.test("NearestState lets go of what nobody looks at any more", async () => {
  const { nearest, calls, clock, latent, shown } = open();
  await clock.pass(400);
  latent.value = Float32Array.of(9, 9);
  assert(calls[0]!.options.signal!.aborted);
  calls[0]!.answer.resolve(FOUND);
  await settled();
  assertEquals(nearest.found.value, null, "what comes late is not this picture's");
  shown.value = false;
  await clock.pass(1000);
  assertEquals(calls.length, 1);
  nearest.dispose();
});

Deno.test("NearestState says what was refused, and asks again only a server that was gone", async () => {
  const { nearest, calls, clock, latent } = open();
  await clock.pass(400);
  calls[0]!.answer.reject(new Refused(409, "the data has moved"));
  await settled();
  assertEquals(nearest.fault.value, "the data has moved");
  await clock.pass(60_000);
  assertEquals(calls.length, 1);
  latent.value = Float32Array.of(3, 3);
  await clock.pass(400);
  calls[1]!.answer.reject(new Unreachable(null));
  await settled();
  await clock.pass(3000);
  calls[2]!.answer.resolve(FOUND);
  await settled();
  assertEquals([nearest.found.value, nearest.fault.value], [FOUND, null]);
  nearest.dispose();
});
