/** Full and read-only disks, for real: mounted in a namespace of a child process, gone with it. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { RunStore } from "../../src/runs/store.ts";
import { requirement } from "../support.ts";
import { runTraining } from "../../src/runs/session.ts";
import { fakeParts, fakeRequest, hooks } from "./fake_lab.ts";
import { filesUnder, runScript, temporaryFolder } from "./fixtures.ts";

const CHILD = fromFileUrl(new URL("disk_child.ts", import.meta.url));

/** Runs shell commands as root of a namespace of its own; mounts made there are seen nowhere else. */
function inNamespace(script: string, ...args: string[]): Deno.CommandOutput {
  return new Deno.Command("unshare", {
    args: ["--user", "--map-root-user", "--mount", "bash", "-euc", script, "bash", ...args],
  }).outputSync();
}

/** Why nothing can be mounted here, or null where it can. */
function lackingMounts(): string | null {
  if (Deno.build.os !== "linux") return "mount namespaces are Linux's";
  using folder = temporaryFolder();
  try {
    const { success, stderr } = inNamespace('mount -t tmpfs tmpfs "$1"', folder.path);
    return success ? null : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "unshare is not installed";
    throw error;
  }
}

const mounts = requirement("mount namespaces", lackingMounts());

/** Mounts as `script` says, then runs a scenario on `runsDir`, and returns what it reports. */
function onDisk<T>(script: string, scenario: string, runsDir: string): T {
  const run = `${script}; exec "$2" run -A --quiet "$3" "$4" "$1"`;
  const output = inNamespace(run, runsDir, Deno.execPath(), CHILD, scenario);
  assert(output.success, new TextDecoder().decode(output.stderr));
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

Deno.test("a full disk ends a run with a clear error; cleared, the run resumes", mounts, () => {
  using folder = temporaryFolder();
  const report = onDisk<Record<string, unknown>>(
    'mount -t tmpfs -o size=2m tmpfs "$1"',
    "full",
    folder.path,
  );
  const { failure, creation, found, status, entries } = report;
  assert(/^StorageError: Cannot write the checkpoint ".*": the disk is full\./.test(`${failure}`));
  assert(Number(found) >= 1 && Number(found) < 5, `expected an earlier checkpoint, got ${found}`);
  assertEquals([report.skipped, report.left], [[], []]);
  assertEquals(status, "failed");
  assert(/^StorageError: Cannot .*: the disk is full\./.test(`${creation}`), `${creation}`);
  assertEquals((entries as string[]).length, 1);
  assertEquals([report.outcome, report.last], ["completed", 5]);
});

Deno.test("runs in a read-only folder can be read, and refuse to be written", mounts, async () => {
  using folder = temporaryFolder();
  const settings = { steps: 3, checkpointEverySteps: 1 };
  await runTraining(fakeRequest(folder.path, settings), fakeParts, hooks());
  const report = onDisk<{ runs: unknown[]; broken: unknown[]; resuming: string; creation: string }>(
    'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"',
    "readonly",
    folder.path,
  );
  assertEquals(report.runs, [{ status: "completed", lastEventId: 10, checkpoints: 3 }]);
  assertEquals(report.broken, []);
  const refusal =
    /^StorageError: Cannot .*: the folder is on a read-only file system\. Copy the run/;
  assert(refusal.test(report.resuming), report.resuming);
  assert(refusal.test(report.creation), report.creation);
});

Deno.test(
  "a killed run in a read-only folder shows every event, with or without index",
  mounts,
  async () => {
    using folder = temporaryFolder();
    const module = (path: string) => JSON.stringify(import.meta.resolve(path));
    const { signal } = await runScript(`
    import { runTraining } from ${module("../../src/runs/session.ts")};
    import { fakeParts, fakeRequest, hooks } from ${module("./fake_lab.ts")};
    const die = ({ event }) => event.step === 7 && Deno.kill(Deno.pid, "SIGKILL");
    const request = fakeRequest(${JSON.stringify(folder.path)});
    await runTraining(request, fakeParts, hooks({ onEvent: die }));
  `);
    assertEquals(signal, "SIGKILL");
    const [run] = new RunStore(folder.path).list();
    assertEquals(run!.status, "interrupted");
    const names = [...filesUnder(join(folder.path, run!.id)).keys()];
    assert(names.includes("events.sqlite-wal"), "expected a log left behind");
    for (const indexed of [true, false]) {
      if (!indexed) Deno.removeSync(join(folder.path, run!.id, "events.sqlite-shm"));
      const { runs } = onDisk<{ runs: unknown[] }>(
        'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"',
        "readonly",
        folder.path,
      );
      assertEquals(runs, [{ status: "interrupted", lastEventId: 11, checkpoints: 1 }]);
    }
  },
);

Deno.test("a file larger than the system allows is refused, and nothing of it stays", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using folder = temporaryFolder();
  // Ignoring the signal makes the write itself fail, partway: that is what a quota does too.
  const limited = `trap '' XFSZ; ulimit -f 128; exec "$@"`;
  const child = fromFileUrl(new URL("kill_child.ts", import.meta.url));
  const { success, stderr } = await new Deno.Command("bash", {
    args: ["-c", limited, "bash", Deno.execPath(), "run", "-A", "--quiet", child, folder.path, "9"],
  }).output();
  const said = new TextDecoder().decode(stderr);
  assert(
    !success && /StorageError: Cannot write the checkpoint .*: File too large/.test(said),
    said,
  );
  const [run] = new RunStore(folder.path).list();
  assertEquals(run!.status, "failed");
  assertEquals([...Deno.readDirSync(join(folder.path, run!.id, "checkpoints"))], []);
});
