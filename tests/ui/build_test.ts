import { assertEquals, assertRejects } from "@std/assert";
import { buildIfChanged } from "../../ui/build.ts";

const NAMES = ["app.js", "generator.js", "simd-thread.js", "kernels.wasm", "kernels_relaxed.wasm"];

Deno.test("buildIfChanged() builds what is missing, or of other sources, and nothing else", async () => {
  const folder = await Deno.makeTempDir({ prefix: "atelier-build-" });
  let builds = 0;
  const build = async () => {
    builds++;
    for (const name of NAMES) await Deno.writeTextFile(`${folder}/${name}`, "");
  };
  await buildIfChanged(folder, build);
  await buildIfChanged(folder, build);
  assertEquals(builds, 1);
  await Deno.remove(`${folder}/generator.js`);
  await buildIfChanged(folder, build);
  assertEquals(builds, 2);
  await Deno.writeTextFile(`${folder}/made-of.json`, "other sources");
  await buildIfChanged(folder, build);
  assertEquals(builds, 3);

  // A build that failed is not taken for one that is done.
  await Deno.remove(`${folder}/app.js`);
  const failing = async () => {
    await build();
    throw new Error("Cannot bundle");
  };
  await assertRejects(() => buildIfChanged(folder, failing), Error, "Cannot bundle");
  await Deno.writeTextFile(`${folder}/app.js`, "");
  await buildIfChanged(folder, build);
  assertEquals(builds, 5);
  await Deno.remove(folder, { recursive: true });
});
