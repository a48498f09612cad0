import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { type Direction, moveAlong, unit } from "../../src/latent/directions/direction.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { RunStore } from "../../src/runs/store.ts";
import { filesUnder, RUN_INIT, snapshotAt, temporaryFolder } from "./fixtures.ts";

const direction = (name: string, kind: Direction["kind"], ...vector: number[]): Direction => (
  { name, kind, vector: unit(vector), evidence: { share: 0.25 }, range: 3 }
);
const [sefa1, sefa2] = [direction("sefa-1", "sefa", 1, 2), direction("sefa-2", "sefa", 2, -1)];
const smile = direction("smiling", "attribute", 0.1, 0.7);

const KEEP = { keepCheckpoints: 1, milestoneEverySteps: 0 };

/** A run with a checkpoint of step 2, open to write and to read. */
async function runIn(root: string) {
  const store = new RunStore(root);
  const writer = store.create(RUN_INIT);
  await writer.writeCheckpoint(2, snapshotAt(2), KEEP);
  return { store, writer, run: store.open(writer.id), file: "directions/000002.json" };
}

Deno.test("directions() gives back what writeDirections() stored, to the bit", async () => {
  using folder = temporaryFolder();
  const { writer, run, file } = await runIn(folder.path);
  using _held = writer;
  assertEquals(run.directions(2), []);
  run.writeDirections(2, [sefa1, sefa2]);
  assertEquals(run.directions(2), [sefa1, sefa2]);
  assertEquals([...filesUnder(run.folder).keys()].filter((p) => p.startsWith("dir")), [file]);
});

Deno.test("writeDirections() replaces its kinds and keeps the others", async () => {
  using folder = temporaryFolder();
  const { writer, run } = await runIn(folder.path);
  using _held = writer;
  run.writeDirections(2, [sefa1, sefa2]);
  run.writeDirections(2, [smile]);
  run.writeDirections(2, [sefa2]);
  assertEquals(run.directions(2).map(({ name }) => name), ["smiling", "sefa-2"]);
});

Deno.test("directions() of a checkpoint made anew are those of its new generator: none", async () => {
  using folder = temporaryFolder();
  const { writer, run } = await runIn(folder.path);
  using _held = writer;
  run.writeDirections(2, [sefa1]);
  await writer.writeCheckpoint(2, snapshotAt(3), KEEP);
  assertEquals(run.directions(2), []);
});

Deno.test("directions() of no checkpoint, and of a damaged file, are refused by name", async () => {
  using folder = temporaryFolder();
  const { writer, run, file } = await runIn(folder.path);
  using _held = writer;
  assertThrows(() => run.directions(3), StorageError, "000003");
  run.writeDirections(2, [sefa1]);
  const path = join(run.folder, file);
  const whole = Deno.readTextFileSync(path);
  const damages: readonly (readonly [text: string, message: string])[] = [
    ["{", "it is not JSON"],
    [whole.replace('"version":1', '"version":2'), "version"],
    [whole.replace('"range":3', '"range":-3'), "directions.0.range"],
    [whole.replace(/"vector":\[[^\]]*\]/, '"vector":[1,1]'), "expected a vector of length 1"],
  ];
  for (const [text, message] of damages) {
    Deno.writeTextFileSync(path, text);
    const error = assertThrows(() => run.directions(2), StorageError, message);
    assertEquals(error.message.includes(path), true);
  }
});

Deno.test("writeDirections() writes nothing that could not be read back", async () => {
  using folder = temporaryFolder();
  const { writer, run } = await runIn(folder.path);
  using _held = writer;
  run.writeDirections(2, [sefa1]);
  const twice = () => run.writeDirections(2, [smile, smile]);
  assertThrows(twice, StorageError, "expected every name once");
  const long = direction("long", "ganspace", 1, 2, 3);
  assertThrows(
    () => run.writeDirections(2, [long]),
    StorageError,
    "expected vectors of one length",
  );
  const ruined = { ...sefa2, evidence: { share: NaN } };
  assertThrows(() => run.writeDirections(2, [ruined]), StorageError, "share");
  assertEquals(run.directions(2), [sefa1]);
});

Deno.test("moveAlong() adds alpha times a direction of its own space, and unit() refuses a zero", () => {
  const east = { ...sefa1, vector: Float32Array.of(1, 0) };
  assertEquals(moveAlong(Float32Array.of(1, 2), east, -3), Float32Array.of(-2, 2));
  assertThrows(() => moveAlong(Float32Array.of(1), east, 1), RangeError, '"sefa-1"');
  assertEquals(unit([3, 4]), Float32Array.of(0.6, 0.8));
  assertThrows(() => unit([0, 0]), RangeError, "length 0");
});
