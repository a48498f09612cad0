import { assert, assertEquals } from "@std/assert";
import { DeviceError } from "../../src/backends/probe.ts";
import { HeapError } from "../../src/backends/simd/heap.ts";
import { WriteError } from "../../src/core/write_error.ts";
import type { StoredEvent } from "../../src/core/protocol.ts";
import { startTraining } from "../../src/runs/start_training.ts";
import { RunStore } from "../../src/runs/store.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { ATELIER_VERSION } from "../../src/runs/version.ts";
import { plainError, revivedError } from "../../src/runs/worker_messages.ts";
import { DivergenceError } from "../../src/training/loop.ts";
import deno from "../../deno.json" with { type: "json" };
import { fakeRequest } from "./fake_lab.ts";
import { runScript, temporaryFolder, thrownBy } from "./fixtures.ts";

const FAKE = new URL("./fake_worker.ts", import.meta.url);

Deno.test("startTraining() tells of every stored event, and done says how it ended", async () => {
  using folder = temporaryFolder();
  const heard: StoredEvent[] = [];
  let id = "";
  const listeners = {
    onRun: (run: { id: string }) => id = run.id,
    onEvent: (stored: StoredEvent) => heard.push(stored),
  };
  const { done } = startTraining(fakeRequest(folder.path, { steps: 4 }), listeners, FAKE);
  const outcome = await done;
  assertEquals([outcome.reason, outcome.step, outcome.run?.id], ["completed", 4, id]);
  using run = new RunStore(folder.path).open(id);
  assertEquals(run.events().events, heard);
  assertEquals(run.record().status, "completed"); // and its lock is free
});

Deno.test("TrainingHandle.stop() ends after the step under way, with a checkpoint", async () => {
  using folder = temporaryFolder();
  const request = fakeRequest(folder.path, { steps: 1_000_000, checkpointEverySteps: 0 });
  const training = startTraining(request, {
    onEvent: ({ event }) => {
      if (event.type === "step" && event.step === 3) training.stop();
    },
  }, FAKE);
  const { reason, step, run } = await training.done;
  assertEquals(reason, "stopped");
  using stored = new RunStore(folder.path).open(run!.id);
  assertEquals(stored.checkpoints().map((checkpoint) => checkpoint.step), [step]);
});

Deno.test("startTraining() rejects with the error of the session, class and all", async () => {
  using folder = temporaryFolder();
  const request = fakeRequest(folder.path, { steps: 9, divergeAtStep: 2 });
  const divergence = await thrownBy(() => startTraining(request, {}, FAKE).done);
  assertEquals(divergence instanceof DivergenceError && divergence.step, 2);
  const gone = await thrownBy(() =>
    startTraining(fakeRequest(folder.path, {}, "no-such-run"), {}, FAKE).done
  );
  assert(gone instanceof StorageError && gone.message.includes('There is no run "no-such-run"'));
});

Deno.test("startTraining() rejects when the worker breaks down, and never hangs", async () => {
  using folder = temporaryFolder();
  const at = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  // In a process of its own: Deno prints what a worker does not catch, which would look like a failure.
  const { success, stdout, stderr } = await runScript(`
    import { startTraining } from ${at("../../src/runs/start_training.ts")};
    import { fakeRequest } from ${at("fake_lab.ts")};
    const failures = [];
    const breakDown = async (how, worker) => {
      const request = { ...fakeRequest(${JSON.stringify(folder.path)}), cacheDir: how };
      await startTraining(request, {}, new URL(worker)).done.catch(({ message }) => failures.push(message));
    };
    await breakDown("throw", ${at("fake_worker.ts")});
    await breakDown("reject", ${at("fake_worker.ts")});
    await breakDown("-", ${at("no_such_worker.ts")});
    console.log(JSON.stringify(failures));
  `);
  assert(success, new TextDecoder().decode(stderr));
  const failures: string[] = JSON.parse(new TextDecoder().decode(stdout));
  const causes = ["thrown in the worker", "rejected there", "no_such_worker.ts"];
  assertEquals(failures.length, causes.length);
  for (const [i, message] of failures.entries()) {
    assert(message.startsWith("The training worker broke down: "), message);
    assert(message.includes(causes[i]!), message);
  }
});

Deno.test("TrainingHandle.terminate() ends a worker that does not answer", async () => {
  using folder = temporaryFolder();
  const request = { ...fakeRequest(folder.path), cacheDir: "hang" };
  const training = startTraining(request, {}, FAKE);
  training.terminate();
  assertEquals((await thrownBy(() => training.done)).name, "AbortError");
});

Deno.test("revivedError() gives back class, message and stack of what plainError() took", () => {
  const errors = [
    new StorageError("disk"),
    new DeviceError("device"),
    new HeapError("memory"),
    new WriteError("write"),
    new RangeError("range"),
    new Deno.errors.NotFound("file"),
    new DivergenceError(3, { generator: NaN }, "NaN"),
    new Error("other"),
  ];
  for (const error of errors) {
    const revived = revivedError(structuredClone(plainError(error)));
    assert(revived instanceof error.constructor, error.name);
    assertEquals([revived.message, revived.stack], [error.message, error.stack]);
  }
  assertEquals(plainError("a text").message, "a text");
});

Deno.test("ATELIER_VERSION is the one in deno.json", () => {
  assertEquals(ATELIER_VERSION, deno.version);
});
