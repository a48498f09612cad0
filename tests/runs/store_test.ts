import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { RunStore } from "../../src/runs/store.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { filesUnder, RUN_INIT, stepEvent, temporaryFolder, thrownBy } from "./fixtures.ts";

/** A store whose clock goes on by a second with each look. */
function tickingStore(root: string): RunStore {
  let time = Date.parse("2026-11-20T23:55:18Z");
  return new RunStore(root, () => time += 1000);
}

/** Makes a run that has ended, and returns its id. */
function makeRun(store: RunStore): string {
  using writer = store.create(RUN_INIT);
  writer.update({ status: "completed" });
  return writer.id;
}

/** Runs `work` on a store with three runs, `ids` being their ids, oldest first. */
function withThreeRuns(work: (store: RunStore, ids: string[], root: string) => void): void {
  using folder = temporaryFolder();
  const root = join(folder.path, "runs");
  const store = tickingStore(root);
  work(store, [makeRun(store), makeRun(store), makeRun(store)], root);
}

Deno.test("RunStore.list() is empty where there is no folder yet", () => {
  using folder = temporaryFolder();
  const store = new RunStore(join(folder.path, "none", "yet"));
  assertEquals([store.list(), store.broken(), store.ids()], [[], [], []]);
  assertThrows(() => store.resolve("latest"), StorageError, "There are no runs there yet");
});

Deno.test("RunStore says what to pass where its folder is a file", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "notes.txt");
  Deno.writeTextFileSync(path, "");
  const store = new RunStore(path);
  const mend = `"${path}": expected a folder, got a file. Pass a folder to --runs`;
  assertThrows(() => store.list(), StorageError, `Cannot list the runs in ${mend}`);
  assertThrows(
    () => store.create(RUN_INIT),
    StorageError,
    `Cannot make the folder of runs ${mend}`,
  );
});

Deno.test("RunStore.list() is newest first, and a broken folder does not break it", () => {
  withThreeRuns((store, ids, root) => {
    Deno.writeTextFileSync(join(root, ids[1]!, "run.json"), "{");
    Deno.mkdirSync(join(root, "not-a-run"));
    Deno.writeTextFileSync(join(root, "notes.txt"), "mine");
    Deno.symlinkSync(join(root, ids[0]!), join(root, "link"));
    assertEquals(store.list().map(({ id }) => id), [ids[2]!, ids[0]!]);
    const broken = store.broken();
    assertEquals(broken.map(({ id }) => id), ["not-a-run", ids[1]!]);
    assert(broken[0]!.message.includes("there is no run.json in it"), broken[0]!.message);
    assert(broken[1]!.message.includes("it is not JSON"), broken[1]!.message);
  });
});

Deno.test("RunStore.list() puts a renamed run where its making puts it, and latest means so too", () => {
  withThreeRuns((store, ids, root) => {
    Deno.renameSync(join(root, ids[0]!), join(root, "zebra")); // would sort past every date
    assertEquals(store.list().map(({ id }) => id), [ids[2]!, ids[1]!, "zebra"]);
    assertEquals(store.resolve("latest"), ids[2]!);
  });
});

Deno.test("RunStore.list() notices when a run that had ended goes on, or gets a sample", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const id = makeRun(store);
  const end = async (step: number) => {
    using writer = await store.resume(id);
    writer.update({ status: "stopped", step });
  };
  await end(3);
  assertEquals(store.list()[0], store.list()[0]);
  await end(4);
  assertEquals(store.list()[0]!.step, 4);
  using writer = await store.resume(id);
  writer.writeSample(4, new Uint8Array([1]));
  assertEquals(store.list()[0]!.newestSample?.step, 4);
  writer.update({ status: "running" });
  assertEquals(store.list()[0]!.status, "running");
});

Deno.test("RunStore.resolve() knows ids, unique beginnings and ends, paths and latest", () => {
  withThreeRuns((store, ids, root) => {
    const [first, second, third] = ids as [string, string, string];
    assertEquals(store.resolve("latest"), third);
    assertEquals(store.resolve(first), first);
    assertEquals(store.resolve(second.slice(0, 15)), second);
    assertEquals(store.resolve(first.slice(-4)), first);
    assertEquals(store.resolve(join(root, second)), second);
    assertEquals(store.resolve(join(root, second) + "/"), second);
  });
});

Deno.test("RunStore.resolve() lists what matches, or names the nearest", () => {
  withThreeRuns((store, ids, root) => {
    const [first, , third] = ids as [string, string, string];
    assertThrows(() => store.resolve("20261120"), StorageError, "give more of its id: ");
    for (const id of ids) assertThrows(() => store.resolve("20261120"), StorageError, id);
    const mistyped = first.replace("dcgan", "dgcan");
    assertThrows(() => store.resolve(mistyped), StorageError, `Did you mean "${first}"?`);
    assertThrows(() => store.resolve("zzz"), StorageError, `The newest is "${third}"`);
    assertThrows(() => store.resolve(""), StorageError, 'There is no run ""');
    const elsewhere = join(root, "..");
    assertThrows(() => store.resolve(elsewhere), StorageError, "Pass --runs");
  });
});

Deno.test("RunStore.open() leaves its folder by no name", () => {
  withThreeRuns((store, ids, root) => {
    Deno.mkdirSync(join(root, "../secret"));
    Deno.symlinkSync(join(root, "../secret"), join(root, "link"));
    const names = ["..", ".", "", "../secret", "link", join(root, ids[0]!), `${ids[0]}/samples`];
    for (const name of names) {
      assertThrows(() => store.open(name), StorageError, "There is no run", name);
    }
  });
});

Deno.test("RunStore.create() shows a run only once it is whole, and no two alike", () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path, () => 0); // always the same second
  const ids = new Set<string>();
  for (let i = 0; i < 20; i++) ids.add(makeRun(store));
  assertEquals([ids.size, store.list().length], [20, 20]);
  using _running = store.create(RUN_INIT);
  assertEquals(store.list().filter(({ status }) => status === "running").length, 1);
});

Deno.test("RunStore.create() clears what killed makers left, when it is old", () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  for (const [name, age] of [[".old.tmp", 3600], [".new.tmp", 0]] as const) {
    Deno.mkdirSync(join(folder.path, name));
    Deno.utimeSync(join(folder.path, name), Date.now() / 1000, Date.now() / 1000 - age);
  }
  makeRun(store);
  const names = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
  assert(names.includes(".new.tmp") && !names.includes(".old.tmp"), names.join(", "));
});

Deno.test("a run is running while held, and interrupted when its writer is gone", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const writer = store.create(RUN_INIT);
  const { id } = writer;
  assertEquals(store.open(id).record().status, "running");
  writer[Symbol.dispose]();
  assertEquals(store.open(id).record().status, "interrupted");
  assertEquals(store.list()[0]!.status, "interrupted");
  using resumed = await store.resume(id);
  assertEquals(store.list()[0]!.status, "running");
  const error = await thrownBy(() => store.resume(id));
  assert(error instanceof StorageError);
  assert(error.message.includes(`process ${Deno.pid} is writing it`), error.message);
  assertEquals(resumed.id, id);
});

Deno.test("RunStore.resume() takes a run that readers look at all the time", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const id = makeRun(store);
  const script = `
    import { isHeld } from ${JSON.stringify(import.meta.resolve("../../src/runs/lock.ts"))};
    console.log("looking");
    for (;;) isHeld(${JSON.stringify(join(folder.path, id))});
  `;
  const address = `data:application/typescript,${encodeURIComponent(script)}`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const reader = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", config, address],
    stdout: "piped",
  }).spawn();
  const said = reader.stdout.getReader();
  await said.read();
  for (let i = 0; i < 20; i++) (await store.resume(id))[Symbol.dispose]();
  reader.kill();
  await said.cancel();
  await reader.status;
});

Deno.test("RunStore.resume() sweeps up what a killed writer left, and nothing else", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const id = makeRun(store);
  const run = join(folder.path, id);
  const before = [...filesUnder(run).keys()];
  Deno.mkdirSync(join(run, "checkpoints/.000005.1a2b3c4d.tmp"));
  Deno.writeTextFileSync(join(run, "checkpoints/.000005.1a2b3c4d.tmp/generator.safetensors"), "…");
  Deno.writeTextFileSync(join(run, "samples/000005.png.1a2b3c4d.tmp"), "…");
  Deno.writeTextFileSync(join(run, "run.json.1a2b3c4d.tmp"), "…");
  Deno.writeTextFileSync(join(run, "stop"), "");
  (await store.resume(id))[Symbol.dispose]();
  assertEquals([...filesUnder(run).keys()], before);
});

Deno.test("StoredRun.samplePath() follows no link out of the run", () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const run = store.open(makeRun(store));
  Deno.writeTextFileSync(join(folder.path, "secret"), "…");
  Deno.symlinkSync(join(folder.path, "secret"), join(run.folder, "samples/000001.png"));
  assertThrows(() => run.samplePath(1), StorageError, "leads out of the run's folder");
  assertThrows(() => run.samplePath(2), StorageError, "has no sample of step 2");
});

Deno.test("RunStore.list() looks at 300 runs without opening their events", () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const id = makeRun(store);
  for (let i = 0; i < 300; i++) {
    const copy = join(folder.path, `${id}${i}`);
    Deno.mkdirSync(copy);
    Deno.copyFileSync(join(folder.path, id, "run.json"), join(copy, "run.json"));
  }
  assertEquals(store.list().length, 301); // the copies have no events and no lock
  assertEquals(store.list().at(-1)!.id, id);
});

Deno.test("a run folder can be copied, opened and trained on under a new name", async () => {
  using folder = temporaryFolder();
  const store = new RunStore(folder.path);
  const id = makeRun(store);
  {
    using writer = await store.resume(id);
    writer.append(stepEvent(1));
  }
  Deno.renameSync(join(folder.path, id), join(folder.path, "best"));
  using run = store.open("best");
  assertEquals([run.record().id, run.lastEventId()], ["best", 1]);
  using writer = await store.resume("best");
  assertEquals(writer.append(stepEvent(2)).id, 2);
});
