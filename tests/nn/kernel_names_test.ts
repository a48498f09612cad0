import { assertEquals } from "@std/assert";
import { kernelTables } from "../../src/backends/simd/kernels/index.ts";
import { KERNEL_NAMES } from "../../src/nn/kernel_names.ts";

Deno.test("kernels of ours on simd have the names that src/nn asks for", () => {
  const known: ReadonlySet<string> = new Set(KERNEL_NAMES);
  const own = kernelTables.flatMap(Object.keys).filter((name) => name.startsWith("Atelier"));
  assertEquals(own.filter((name) => !known.has(name)), []);
});
