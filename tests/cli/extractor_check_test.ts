import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { runTask } from "./task.ts";

Deno.test("extractor-check prints tables, draws its chart twice, and needs no more than its permissions", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const figure = join(folder, "charts", "rise.svg");
    const flags = [
      "--size",
      "16",
      "--count",
      "50",
      "--seeds",
      "1",
      "--cache",
      folder,
      "--figure",
      figure,
    ];
    const { code, stdout, stderr } = await runTask("extractor-check", flags);
    assert(/^lab-[0-9a-f]{16} on /m.test(stderr), stderr);
    const tables = [...stdout.matchAll(/^faces: (\w+) \(.*\)\nSEED .*\n +1 .* (rises|FALLS)$/gm)];
    assertEquals(tables.map(([, name]) => name), ["blur", "noise", "jpeg", "modes"], stdout);
    assertEquals(code, stdout.includes("FALLS") ? 1 : 0);
    for (const theme of ["light", "dark"]) {
      const path = figure.replace(".svg", `-${theme}.svg`);
      assert(stdout.includes(path));
      assert((await Deno.readTextFile(path)).startsWith("<svg "));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("extractor-check refuses what names no extractor as a slip of the hand", async () => {
  const { code, stdout, stderr } = await runTask("extractor-check", ["--extractor", "labs"]);
  assertEquals([code, stdout], [2, ""]);
  assert(
    stderr.startsWith('error: Cannot open the extractor "labs": expected lab, classifier:FILE'),
    stderr,
  );
});
