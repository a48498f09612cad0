import { assertEquals } from "@std/assert";
import { unit } from "../../src/latent/directions/direction.ts";
import { knownDirections } from "../../src/runs/known_directions.ts";
import { RunStore } from "../../src/runs/store.ts";
import { RUN_INIT, snapshotAt, temporaryFolder } from "./fixtures.ts";

Deno.test("knownDirections() adds SeFa's to what is stored, unless some are stored", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  using writer = store.create(RUN_INIT);
  const snapshot = snapshotAt(2);
  const kernel = { shape: [2, 3], data: Float32Array.of(3, 1, 0, 0, 0, 0.5) };
  const generator = new Map([["generator/w", kernel], ["generator_ema/w", kernel]]);
  const keep = { keepCheckpoints: 1, milestoneEverySteps: 0 };
  await writer.writeCheckpoint(2, { ...snapshot, generator }, keep);
  using run = store.open(writer.id);

  const smile = {
    name: "smile",
    kind: "attribute",
    vector: unit([1, 1]),
    evidence: {},
    range: 3,
  } as const;
  run.writeDirections(2, [smile]);
  const known = await knownDirections(run, 2);
  assertEquals(known.map(({ name }) => name), ["smile", "sefa-1", "sefa-2"]);
  assertEquals(known[1]!.vector, Float32Array.of(1, 0));

  run.writeDirections(2, [known[2]!]);
  assertEquals((await knownDirections(run, 2)).map(({ name }) => name), ["smile", "sefa-2"]);
});
