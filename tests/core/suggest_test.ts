import { assertEquals } from "@std/assert";
import { nearest } from "../../src/core/suggest.ts";

const FLAGS = ["sample-every", "size", "steps", "seed", "batch", "backend"];

Deno.test("nearest() finds slips of the finger, swapped letters and beginnings", () => {
  assertEquals(nearest("stpes", FLAGS), "steps");
  assertEquals(nearest("SIZE", FLAGS), "size");
  assertEquals(nearest("sample", FLAGS), "sample-every");
  assertEquals(nearest("bakend", FLAGS), "backend");
});

Deno.test("nearest() takes a name's ending for more than a slip of the finger", () => {
  assertEquals(nearest("gpu", ["auto", "webgpu", "simd", "cpu"]), "webgpu");
  assertEquals(nearest("cpu", ["auto", "webgpu", "simd", "cpu"]), "cpu");
});

Deno.test("nearest() finds nothing where nothing is near", () => {
  assertEquals(nearest("momentum", FLAGS), null);
  assertEquals(nearest("", FLAGS), null);
});
