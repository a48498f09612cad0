/**
 * Does streaming slow training? Trains a small DCGAN on the cpu backend, in its worker as always, while
 * 0 and 100 clients by turns read the run's stream over loopback, and compares the time of a step within
 * each pair of turns, as what else the machine does comes and goes.
 *
 *     deno task bench-stream [--clients 100] [--rounds 10] [--seconds 6] [--filters 1]
 *
 * The clients run in one other process on the same machine, so on few cores their own work counts
 * against training too: what is measured is an upper bound of what the server costs.
 */
import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { createApp } from "../../server/app.ts";
import { serveApp } from "../../server/listen.ts";
import { startTraining } from "../../src/runs/start_training.ts";
import { RunStore } from "../../src/runs/store.ts";
import type { StoredRun } from "../../src/runs/stored_run.ts";
import type { Received } from "./bench_clients.ts";

/** Left out at the start of a phase, while clients come and go. */
const SETTLE_MS = 1500;
const ENOUGH_STEPS = 10_000_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Linear between neighbours; NaN of nothing. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
  return below + (place - Math.floor(place)) * (above - below);
}

/** Clients at work until `leave`. */
async function attach(url: string, count: number): Promise<{ leave(): Promise<Received> }> {
  const script = join(import.meta.dirname!, "bench_clients.ts");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-net=127.0.0.1", script, url, String(count)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const opened = await reader.read();
  if (opened.done) throw new Error("The clients' process ended before its streams were open");
  return {
    async leave() {
      await child.stdin.close();
      let text = "";
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        text += part.value;
      }
      await child.status;
      return JSON.parse(text) as Received;
    },
  };
}

const flags = parseArgs(Deno.args, {
  default: { clients: 100, rounds: 10, seconds: 6, filters: 1 },
});
const runsDir = Deno.makeTempDirSync({ prefix: "atelier-bench-" });
const storedAt: number[] = [];
const run = Promise.withResolvers<string>();
const training = startTraining({
  experiment: "dcgan",
  settings: {
    ...{ data: "faces", backend: "cpu", size: 32, batch: 2, latentDim: 16 },
    ...{ filters: flags.filters, steps: ENOUGH_STEPS },
    ...{ sampleEverySteps: 0, checkpointEverySteps: 0, milestoneEverySteps: 0 },
  },
  runsDir,
  cacheDir: join(runsDir, "cache"),
  resume: null,
}, {
  onRun: ({ id }) => run.resolve(id),
  onEvent: ({ time, event }) => {
    if (event.type === "step") storedAt.push(time);
  },
});
training.done.catch(run.reject);

/** Milliseconds a step took on average over a phase, with so many clients attached. */
async function phase(run: StoredRun, address: string, clients: number): Promise<number> {
  const url = `${address}/api/runs/${run.id}/stream?after=${run.lastEventId()}`;
  const attached = clients > 0 ? await attach(url, clients) : null;
  await sleep(SETTLE_MS);
  const [from, start] = [storedAt.length, Date.now()];
  await sleep(1000 * flags.seconds);
  const perStep = (Date.now() - start) / (storedAt.length - from);
  const received = await attached?.leave();
  const delay = (q: number) => `${Math.round(quantile(received?.delaysMs ?? [], q))} ms`;
  const news = received
    ? `; ${(received.bytes / 1e6).toFixed(1)} MB read, an event reached its client after ` +
      `${delay(0.5)} (median), ${delay(0.95)} (95 %)`
    : "";
  console.log(`${String(clients).padStart(4)} clients: ${perStep.toFixed(2)} ms a step${news}`);
  return perStep;
}

try {
  const id = await run.promise;
  const runs = new RunStore(runsDir);
  using stored = runs.open(id);
  await using server = serveApp(createApp({ runs }), 0);
  while (storedAt.length < 20) await sleep(100); // compiled and warm
  const slowdowns: number[] = [];
  for (let round = 0; round < flags.rounds; round++) {
    const order = round % 2 === 0 ? [0, flags.clients] : [flags.clients, 0]; // drift cancels out
    const perStep = new Map<number, number>();
    for (const clients of order) perStep.set(clients, await phase(stored, server.url, clients));
    slowdowns.push(100 * (perStep.get(flags.clients)! / perStep.get(0)! - 1));
  }
  const [low, middle, high] = [0.25, 0.5, 0.75].map((q) => quantile(slowdowns, q).toFixed(1));
  console.log(
    `${flags.rounds} pairs of phases of ${flags.seconds} s: training is ${middle} % slower with ` +
      `${flags.clients} clients (median; quartiles ${low} % and ${high} %), ` +
      `on ${navigator.hardwareConcurrency} cores, which the clients' process shares`,
  );
} finally {
  training.stop();
  await training.done.catch(() => {});
  Deno.removeSync(runsDir, { recursive: true });
}
