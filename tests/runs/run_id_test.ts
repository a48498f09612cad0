import { assert, assertEquals } from "@std/assert";
import { datasetSlug, isRunName, randomSuffix, runId } from "../../src/runs/run_id.ts";

Deno.test("runId() names date and time in UTC, experiment, dataset and suffix", () => {
  const time = new Date("2026-11-21T00:55:18.999+01:00");
  assertEquals(runId("dcgan", "faces", time, "k3f9"), "20261120-235518-dcgan-faces-k3f9");
});

Deno.test("runId() sorts by time", () => {
  const ids = ["2026-01-02T10:00:00Z", "2026-01-02T09:59:59Z", "2025-12-31T23:59:59Z"]
    .map((time) => runId("dcgan", "faces", new Date(time), "0000"));
  assertEquals(ids.toSorted(), ids.toReversed());
});

Deno.test("datasetSlug() is short, plain, and never empty", () => {
  const slugs: [string, string][] = [
    ["faces", "faces"],
    ["fashion-mnist", "fashion-mnist"],
    ["mnist:/srv/idx files", "mnist"],
    ["folder:/home/me/My Photos/", "my-photos"],
    ["folder:C:\\Users\\me\\Katzen & Öfen", "katzen-ofen"],
    ["folder:..", "data"],
    ["folder:日本", "data"],
    [`folder:${"long-".repeat(20)}`, "long-long-long-long-long"],
  ];
  for (const [spec, slug] of slugs) assertEquals(datasetSlug(spec), slug);
});

Deno.test("isRunName() takes made ids and refuses whatever could leave the folder", () => {
  assert(isRunName(runId("dcgan", "folder:../x", new Date(0), randomSuffix())));
  assert(isRunName("my_best.run"));
  for (const text of ["", ".", "..", ".hidden", "a/b", "a\\b", "/etc", "C:", "a\0b", "a\n", "é"]) {
    assert(!isRunName(text), JSON.stringify(text));
  }
  assert(!isRunName("x".repeat(129)));
});
