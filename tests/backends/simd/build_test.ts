import { assert, assertEquals } from "@std/assert";
import { compileKernels } from "../../../src/backends/simd/build.ts";
import { BUILD_FILES } from "../../../src/backends/simd/build_files.ts";

const SIMD = new URL("../../../src/backends/simd/", import.meta.url);

for (const build of Object.keys(BUILD_FILES) as (keyof typeof BUILD_FILES)[]) {
  Deno.test(`compileKernels("${build}") gives the bytes that are checked in`, async () => {
    const checkedIn = await Deno.readFile(new URL(`wasm/${BUILD_FILES[build]}`, SIMD));
    const compiled = await compileKernels(build);
    const same = compiled.length === checkedIn.length &&
      compiled.every((byte, i) => byte === checkedIn[i]);
    assert(
      same,
      `${
        BUILD_FILES[build]
      } is not what src/backends/simd/assembly compiles to: run "deno task build-simd"`,
    );
  });
}

/** Files that may use what only Deno or Node has: the loader's Deno part, and the compiler's. */
const RUNTIME_BOUND = /^(deno_.*|build)\.ts$/;

Deno.test("below its loader the backend uses no interface of Deno or Node", async () => {
  const bound: string[] = [];
  for (const folder of ["", "kernels/", "assembly/"]) {
    for await (const { name } of Deno.readDir(new URL(folder, SIMD))) {
      if (!name.endsWith(".ts") || RUNTIME_BOUND.test(name)) continue;
      const text = await Deno.readTextFile(new URL(folder + name, SIMD));
      if (/\bDeno\.|["']node:|\bprocess\./.test(text)) bound.push(folder + name);
    }
  }
  assertEquals(bound, []);
});
