import { assert, assertEquals } from "@std/assert";
import { signal } from "@preact/signals";
import { type Order, PictureStore } from "../../../ui/state/compare/picture_store.ts";
import { Refused } from "../../../ui/transport.ts";
import { FakeGenerator } from "../fake_generator.ts";
import { FakeClock, settled } from "../fakes.ts";

const order = (step: number, seeds: readonly number[]): Order => ({
  generation: `r@${step}`,
  checkpoint: { run: "r", step, weights: "ema" },
  seeds,
  latentsOf: (some) => Float32Array.from(some.flatMap((seed) => [seed / 10, 0, 0, 0])),
});

/** A store that draws what the test orders, one call of the generator at a time. */
function open(wanted: readonly Order[], ahead: readonly Order[] = []) {
  const orders = signal({ wanted, ahead });
  const generator = new FakeGenerator();
  generator.patient = true;
  const store = new PictureStore(generator, new FakeClock(), () => orders.value);
  const asked = () =>
    generator.drawings.map(({ checkpoint: { step }, latents, count }) =>
      `${step}: ${
        Array.from({ length: count }, (_, i) => Math.round(10 * latents[4 * i]!)).join(" ")
      }`
    );
  return { store, generator, orders, asked };
}

const rest = async () => {
  for (let i = 0; i < 5; i++) await settled();
};

Deno.test("what is wanted is drawn first, in its order; then what may be wanted next", async () => {
  const { store, generator, asked } = open([order(1, [1, 2]), order(2, [1, 2])], [order(3, [1])]);
  assertEquals([asked(), store.waiting.value], [["1: 1 2"], true]);
  for (let i = 0; i < 3; i++) {
    generator.last.finish();
    await rest();
  }
  assertEquals([asked(), store.waiting.value], [["1: 1 2", "2: 1 2", "3: 1"], false]);
  assert(store.of("r@3", 1).value !== null);
  assert((store.imagesPerSecond.value ?? 0) > 0);
  store.dispose();
});

Deno.test("a drawing that nobody wants any more is broken off, one that is wanted is let be", async () => {
  const { store, generator, orders, asked } = open([order(1, [1, 2])]);
  orders.value = { wanted: [order(1, [1, 2, 3])], ahead: [] };
  assertEquals([asked(), generator.last.options.signal!.aborted], [["1: 1 2"], false]);
  orders.value = { wanted: [order(2, [1])], ahead: [] };
  assertEquals(generator.drawings[0]!.options.signal!.aborted, true);
  assertEquals(asked(), ["1: 1 2", "2: 1"]);
  generator.last.finish();
  await rest();
  orders.value = { wanted: [order(1, [1, 2, 3])], ahead: [] };
  assertEquals(asked().at(-1), "1: 1 2 3");
  store.dispose();
});

Deno.test("what was drawn is kept: going back asks for nothing", async () => {
  const { store, generator, orders } = open([order(1, [1])]);
  generator.last.finish();
  await rest();
  orders.value = { wanted: [order(2, [1])], ahead: [] };
  generator.last.finish();
  await rest();
  orders.value = { wanted: [order(1, [1])], ahead: [] };
  await rest();
  assertEquals([generator.drawings.length, store.waiting.value], [2, false]);
  store.dispose();
});

Deno.test("a checkpoint that is refused is left out, and the others go on", async () => {
  const { store, generator, asked } = open([order(1, [1]), order(2, [1])]);
  generator.last.finish(new Refused(422, "its weights are no numbers"));
  await rest();
  assertEquals([...store.faults.value], [["r@1", "its weights are no numbers"]]);
  assertEquals(asked(), ["1: 1", "2: 1"]);
  generator.last.finish();
  await rest();
  assertEquals([asked().length, store.waiting.value], [2, false]);
  store.dispose();
});
