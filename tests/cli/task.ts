/** Runs a task's command as `deno task` would, with the task's own permissions, for tests. */
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

interface Task {
  readonly description: string;
  readonly command: string;
}

/** The tasks of deno.json, by name. */
export const tasks: Readonly<Record<string, Task>> = JSON.parse(
  Deno.readTextFileSync(join(ROOT, "deno.json")),
).tasks;

/** A task under way. */
export interface RunningTask extends AsyncDisposable {
  /**
   * Resolves to standard output once it holds `text`; rejects with all output when the task ends first.
   */
  shows(text: string): Promise<string>;
  signal(signal: Deno.Signal): void;
  /** Exit status and all output. */
  ended(): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Starts `deno task NAME ARGS`, less the tasks that it depends on. Disposing kills it. */
export function startTask(name: string, args: readonly string[]): RunningTask {
  const [program, ...rest] = tasks[name]!.command.split(" ");
  if (program !== "deno") throw new TypeError(`Cannot start task ${name}: it runs no deno command`);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...rest, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let stdout = "";
  let over = false;
  let wake = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      stdout += text;
      wake.resolve();
      wake = Promise.withResolvers();
    }
    over = true;
    wake.resolve();
  })();
  const stderr = new Response(child.stderr).text();
  const ended = async () => {
    await reading;
    return { code: (await child.status).code, stdout, stderr: await stderr };
  };
  return {
    async shows(text) {
      while (!stdout.includes(text)) {
        if (over) throw new Error(`The task ended before "${text}":\n${stdout}\n${await stderr}`);
        await wake.promise;
      }
      return stdout;
    },
    signal: (signal) => child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it has ended already
      }
      await ended();
    },
  };
}

/** Runs a task to its end. */
export async function runTask(
  name: string,
  args: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  await using task = startTask(name, args);
  return await task.ended();
}
