import { assert, assertEquals, assertThrows } from "@std/assert";
import { Heap, HeapError, type HeapOptions, sizeClass } from "../../../src/backends/simd/heap.ts";
import { Rng } from "../../../src/core/rng.ts";
import { between } from "./against_stock.ts";

const MEBIBYTE = 2 ** 20;
const START = 1000;

function open(options: Partial<HeapOptions> = {}): Heap {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  return new Heap(memory, { start: START, ...options });
}

Deno.test("sizeClass() wastes at most a fifth, in whole cache lines, and keeps classes", () => {
  const rng = new Rng(1, "sizes");
  for (let i = 0; i < 10_000; i++) {
    const bytes = Math.floor(2 ** rng.uniform(0, 32));
    const size = sizeClass(bytes);
    assert(size >= bytes && size % 64 === 0, `${bytes} → ${size}`);
    assert(bytes <= 256 || size < bytes * 1.25, `${bytes} → ${size}`);
    assertEquals(sizeClass(size), size);
  }
  assertEquals([0, 1, 64, 65, 256, 257, 320, 321].map(sizeClass), [
    ...[64, 64, 64, 128],
    ...[256, 320, 320, 384],
  ]);
  assertEquals(sizeClass(2 ** 32), 2 ** 32);
  assertEquals(sizeClass(2 ** 32 - 1), 2 ** 32);
});

Deno.test("Heap hands out blocks that are aligned and never overlap", () => {
  const heap = open();
  const rng = new Rng(1, "overlap");
  const blocks: { start: number; end: number }[] = [];
  for (let i = 0; i < 5000; i++) {
    if (blocks.length > 0 && rng.uniform() < 0.45) {
      heap.free(blocks.splice(rng.below(blocks.length), 1)[0]!.start);
      continue;
    }
    const bytes = Math.floor(2 ** rng.uniform(0, 16));
    const start = heap.allocate(bytes);
    assert(start >= START && start % 64 === 0 && heap.owns(start));
    blocks.push({ start, end: start + bytes });
  }
  blocks.sort((a, b) => a.start - b.start);
  for (let i = 1; i < blocks.length; i++) assert(blocks[i]!.start >= blocks[i - 1]!.end);
  assert(blocks.at(-1)!.end <= heap.memory.buffer.byteLength);
});

Deno.test("Heap takes a freed block of the class again, the last one first", () => {
  const heap = open();
  const [a, b, other] = [heap.allocate(1000), heap.allocate(1000), heap.allocate(2000)];
  for (const address of [a, b, other]) heap.free(address);
  assertEquals([heap.allocate(1024), heap.allocate(900), heap.allocate(2048)], [b, a, other]);
});

Deno.test("Heap's high water stands still where a pattern repeats", () => {
  const heap = open();
  const rng = new Rng(1, "pattern");
  const sizes = Array.from({ length: 300 }, () => Math.floor(2 ** rng.uniform(2, 20)));
  const step = () => {
    const live: number[] = [];
    for (const [i, size] of sizes.entries()) {
      live.push(heap.allocate(size));
      if (i % 3 === 2) heap.free(live.splice(live.length - 2, 1)[0]!);
    }
    for (const address of live) heap.free(address);
  };
  step();
  const after = heap.report();
  for (let i = 0; i < 1000; i++) step();
  assertEquals(heap.report(), after);
  assertEquals(after.used, 0);
});

Deno.test("report() counts what is used, was used, is obtained and lies idle", () => {
  const heap = open();
  assertEquals(heap.report(), { used: 0, highWater: 0, reserved: 65_536, fragmentation: 0 });
  const [a, b] = [heap.allocate(640), heap.allocate(300)];
  assertEquals(heap.report().used, 940);
  assertEquals(heap.report().highWater, 640 + 320);
  assertEquals(heap.report().fragmentation, 1 - 940 / 960);
  heap.free(a);
  assertEquals(heap.report().fragmentation, 1 - 300 / 960);
  heap.free(b);
  heap.allocate(10 * MEBIBYTE);
  const { used, highWater, reserved } = heap.report();
  assertEquals([used, highWater], [10 * MEBIBYTE, 10 * MEBIBYTE]);
  assert(reserved >= 10 * MEBIBYTE && reserved < 12 * MEBIBYTE, `${reserved}`);
});

Deno.test("an empty block is a block like others", () => {
  const heap = open();
  const [a, b] = [heap.allocate(0), heap.allocate(0)];
  assert(a !== b);
  heap.free(a);
  heap.free(b);
});

Deno.test("memory that runs out is an error that names the request and the total", () => {
  const heap = open({ limit: 4 * MEBIBYTE });
  const kept = heap.allocate(3 * MEBIBYTE);
  const error = assertThrows(() => heap.allocate(1.5 * MEBIBYTE), HeapError);
  assertEquals(
    error.message,
    "Cannot allocate 1.5 MiB for a tensor: 3.0 MiB are in use and 3.1 MiB of at most 4.0 MiB " +
      "obtained. Take a smaller batch, image size or number of filters, or dispose of tensors",
  );
  heap.free(kept);
  heap.free(heap.allocate(3.5 * MEBIBYTE)); // and the heap goes on
});

Deno.test("a limit below what the memory starts with holds too", () => {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 64, shared: true });
  const heap = new Heap(memory, { start: START, limit: MEBIBYTE });
  assertThrows(() => heap.allocate(1.5 * MEBIBYTE), HeapError, "of at most 1.0 MiB");
});

Deno.test("memory that the system does not give is an error too", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 32, shared: true });
  const heap = new Heap(memory, { start: START });
  heap.allocate(MEBIBYTE);
  assertThrows(() => heap.allocate(MEBIBYTE), HeapError, "Cannot allocate 1.0 MiB");
});

for (const bytes of [-1, NaN]) {
  Deno.test(`a size of ${bytes} is an error`, () => {
    assertThrows(() => open().allocate(bytes), HeapError, `Cannot allocate ${bytes} bytes`);
  });
}

Deno.test("where memory may not grow, a larger free block is split and its rest used", () => {
  const heap = open({ limit: 4 * MEBIBYTE });
  const large = heap.allocate(3 * MEBIBYTE);
  const rest = heap.allocate(512 * 1024);
  heap.free(large);
  const parts = [heap.allocate(MEBIBYTE), heap.allocate(MEBIBYTE), heap.allocate(MEBIBYTE)];
  assertEquals(parts, [large, large + MEBIBYTE, large + 2 * MEBIBYTE]);
  assertThrows(() => heap.allocate(MEBIBYTE), HeapError);
  for (const address of [rest, ...parts]) heap.free(address);
});

Deno.test("where no free block is large enough, freed neighbours are joined", () => {
  const heap = open({ limit: 4 * MEBIBYTE });
  const small = Array.from({ length: 56 }, () => heap.allocate(MEBIBYTE / 16));
  const [kept] = small.splice(28, 1);
  for (const address of small) heap.free(address);
  const halves = [heap.allocate(1.5 * MEBIBYTE), heap.allocate(1.5 * MEBIBYTE)];
  assertThrows(() => heap.allocate(MEBIBYTE), HeapError);
  for (const address of [kept!, ...halves]) heap.free(address);
  heap.allocate(3.5 * MEBIBYTE);
});

Deno.test("a full heap under random use loses no byte and hands out no byte twice", () => {
  const heap = open({ limit: MEBIBYTE });
  const rng = new Rng(1, "full");
  const live = new Map<number, number>();
  let refusals = 0;
  for (let i = 0; i < 20_000; i++) {
    const bytes = between(rng, 0, 60_000);
    if (live.size > 0 && rng.uniform() < 0.4) {
      const [address] = [...live.keys()].toSpliced(0, rng.below(live.size));
      heap.free(address!);
      live.delete(address!);
      continue;
    }
    try {
      live.set(heap.allocate(bytes), bytes);
    } catch (error) {
      assert(error instanceof HeapError);
      refusals++;
    }
  }
  assert(refusals > 100);
  const blocks = [...live].sort(([a], [b]) => a - b);
  for (let i = 1; i < blocks.length; i++) {
    assert(blocks[i - 1]![0] + blocks[i - 1]![1] <= blocks[i]![0]);
  }
  for (const address of live.keys()) heap.free(address);
  heap.allocate(0.875 * MEBIBYTE); // all of it is one piece again
});

Deno.test("free() refuses what is no block, and what has been freed", () => {
  const heap = open();
  const address = heap.allocate(8);
  heap.free(address);
  for (const wrong of [address, address + 1, 0]) {
    assertThrows(() => heap.free(wrong), HeapError, `Cannot free memory at ${wrong}`);
  }
});

Deno.test("a guarded heap fills blocks with NaN, fresh and freed", () => {
  const heap = open({ guarded: true });
  const address = heap.allocate(12);
  const floats = () => [...new Float32Array(heap.memory.buffer, address - 4, 5)];
  assertEquals(floats(), [NaN, NaN, NaN, NaN, NaN]);
  new Float32Array(heap.memory.buffer, address, 3).fill(1);
  heap.free(address);
  assertEquals(floats(), [NaN, NaN, NaN, NaN, NaN]);
});

for (const offset of [-1, -256, 1000, 1001, 1255]) {
  Deno.test(`a guarded heap finds a write to byte ${offset} of a block of 1000`, () => {
    const heap = open({ guarded: true });
    const [address, other] = [heap.allocate(1000), heap.allocate(1000)];
    const bytes = new Uint8Array(heap.memory.buffer);
    bytes.fill(9, address, address + 1000);
    heap.checkGuards();
    bytes[address + offset] = 9;
    const message = `A kernel wrote to byte ${offset} of a block of 1000 bytes at ${address}`;
    assertThrows(() => heap.checkGuards(), HeapError, message);
    assertThrows(() => heap.free(address), HeapError, message);
    heap.free(other);
  });
}
