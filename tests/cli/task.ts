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
  /** The same of standard error. */
  says(text: string): Promise<string>;
  signal(signal: Deno.Signal): void;
  /** Exit status and all output. */
  ended(): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** What a child has written so far, and waiting for more of it. */
class Output {
  text = "";
  /** Settles at the end of the stream. */
  readonly read: Promise<void>;
  #over = false;
  #wake = Promise.withResolvers<void>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.read = this.#read(stream);
  }

  /** Resolves to all text once it holds `text`; rejects, with `all`, when it ends first. */
  async holds(text: string, all: () => string): Promise<string> {
    while (!this.text.includes(text)) {
      if (this.#over) throw new Error(`The task ended before "${text}":\n${all()}`);
      await this.#wake.promise;
    }
    return this.text;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      this.text += text;
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    }
    this.#over = true;
    this.#wake.resolve();
  }
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
  const [stdout, stderr] = [new Output(child.stdout), new Output(child.stderr)];
  const ended = async () => {
    await Promise.all([stdout.read, stderr.read]);
    return { code: (await child.status).code, stdout: stdout.text, stderr: stderr.text };
  };
  return {
    shows: (text) => stdout.holds(text, () => `${stdout.text}\n${stderr.text}`),
    says: (text) => stderr.holds(text, () => `${stdout.text}\n${stderr.text}`),
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
