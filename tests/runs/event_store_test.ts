import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { EventReader, EventWriter } from "../../src/runs/event_store.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { DEVICE, runScript, stepEvent, temporaryFolder } from "./fixtures.ts";

const sample = (step: number) => ({
  type: "sample" as const,
  step,
  file: `samples/${step}.png`,
  sha256: "00",
  width: 8,
  height: 8,
  columns: 2,
  rows: 2,
});
const started = (step: number) => ({
  type: "started" as const,
  step,
  totalSteps: 9,
  resumed: step > 0,
  device: DEVICE,
});

/** A new store in `folder`. */
function newStore(folder: string): string {
  const path = join(folder, "events.sqlite");
  EventWriter.open(path)[Symbol.dispose]();
  return path;
}

Deno.test("EventReader sees each event as soon as append() returns", () => {
  using folder = temporaryFolder();
  const path = newStore(folder.path);
  using writer = EventWriter.open(path);
  using reader = EventReader.open(path);
  assertEquals(reader.page(), { events: [], next: null });
  assertEquals(reader.lastId(), 0);
  const stored = writer.append(stepEvent(1), 1234);
  assertEquals(stored, { id: 1, time: 1234, event: stepEvent(1) });
  assertEquals(reader.page().events, [stored]);
  assertEquals(reader.lastId(), 1);
});

Deno.test("EventReader.bodies() reads what page() does, a page at a time", () => {
  using folder = temporaryFolder();
  const path = newStore(folder.path);
  using writer = EventWriter.open(path);
  using reader = EventReader.open(path);
  assertEquals(reader.bodies({ after: 7 }), { events: [], lastId: 7, next: null });
  for (let step = 1; step <= 10; step++) {
    writer.append(stepEvent(step), step);
    if (step % 5 === 0) writer.append(sample(step), step);
  }
  const query = { limit: 4, types: ["step"] } as const;
  for (let after: number | null = 0; after !== null;) {
    const { events } = reader.page({ ...query, after });
    const read = reader.bodies({ ...query, after });
    assertEquals(read.events, events.map(({ event }) => event));
    assertEquals(read.lastId, events.at(-1)?.id ?? after);
    after = read.next;
  }
});

Deno.test("EventReader.page() goes through all events, page by page, and by type", () => {
  using folder = temporaryFolder();
  const path = newStore(folder.path);
  using writer = EventWriter.open(path);
  for (let step = 1; step <= 10; step++) {
    writer.append(stepEvent(step), step);
    if (step % 5 === 0) writer.append(sample(step), step);
  }
  using reader = EventReader.open(path);
  const steps: number[] = [];
  let after = 0;
  for (let pages = 1;; pages++) {
    const page = reader.page({ after, limit: 4 });
    steps.push(...page.events.map(({ event }) => event.step));
    if (page.next === null) {
      assertEquals(pages, 3);
      break;
    }
    after = page.next;
  }
  assertEquals(steps, [1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 10]);
  const samples = reader.page({ types: ["sample", "warning"] }).events;
  assertEquals(samples.map(({ event }) => event.step), [5, 10]);
  const mixed = reader.page({ types: ["sample", "step"], after: 5, limit: 2 });
  assertEquals(mixed.events.map(({ event }) => event.type), ["sample", "step"]);
  assertEquals(reader.page({ types: ["step"], after: 10 }).next, null);
  assertEquals(reader.all("sample"), [sample(5), sample(10)]);
});

Deno.test("EventWriter.rewind() drops later events and never gives an id twice", () => {
  using folder = temporaryFolder();
  const path = newStore(folder.path);
  {
    using writer = EventWriter.open(path);
    for (let step = 1; step <= 5; step++) writer.append(stepEvent(step), 0);
  }
  using writer = EventWriter.open(path);
  assertEquals(writer.rewind(started(3), 0).id, 6);
  using reader = EventReader.open(path);
  assertEquals(reader.page().events.map(({ id }) => id), [1, 2, 3, 6]);
  assertEquals(writer.rewind(started(0), 0).id, 7); // starting over leaves nothing
  assertEquals(reader.page().events.map(({ id }) => id), [7]);
});

Deno.test("EventReader reads what a killed writer left in its log", async () => {
  using folder = temporaryFolder();
  const path = newStore(folder.path);
  const script = `
    import { EventWriter } from ${
    JSON.stringify(import.meta.resolve("../../src/runs/event_store.ts"))
  };
    const writer = EventWriter.open(${JSON.stringify(path)});
    for (let step = 1; step <= 300; step++) {
      writer.append({ type: "warning", step, message: "x".repeat(100) }, 0);
    }
    Deno.kill(Deno.pid, "SIGKILL");
  `;
  const { signal, stderr } = await runScript(script);
  assertEquals(signal, "SIGKILL", new TextDecoder().decode(stderr));
  assert(Deno.statSync(`${path}-wal`).size > 0, "expected a log left behind");
  using reader = EventReader.open(path);
  assertEquals(reader.lastId(), 300);
  using writer = EventWriter.open(path);
  assertEquals(writer.append(stepEvent(1), 0).id, 301);
});

Deno.test("EventReader and EventWriter refuse what is no store of theirs", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "events.sqlite");
  assertThrows(() => EventReader.open(path), StorageError, "Cannot open the event store");
  Deno.writeTextFileSync(path, "This is no database. ".repeat(100));
  for (const open of [EventReader.open, EventWriter.open]) {
    assertThrows(() => open(path), StorageError, "the file is damaged. Restore it from a copy");
  }
  Deno.removeSync(path);
  const later = new DatabaseSync(path);
  later.exec("PRAGMA user_version = 2");
  later.close();
  assertThrows(() => EventReader.open(path), StorageError, "expected version 1, got 2");
});
