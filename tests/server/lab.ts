/** A server over a folder of made-up runs, without a port. */
import type { Hono } from "hono";
import { createApp } from "../../server/app.ts";
import type { WorkerOptions } from "../../src/evaluation/service/ordered_worker.ts";
import { EnlargingService } from "../../src/evaluation/service/enlarging_service.ts";
import { GeneratorService } from "../../src/evaluation/service/service.ts";
import type { ApiError } from "../../src/core/protocol.ts";
import { RunStore } from "../../src/runs/store.ts";
import { type FakeRunOptions, FakeTraining } from "./fake_runs.ts";

export class Lab implements Disposable {
  readonly root = Deno.makeTempDirSync({ prefix: "atelier-server-" });
  readonly runs = new RunStore(this.root);
  /** What the server said of its own errors. */
  readonly reported: unknown[] = [];
  readonly app: Hono;
  /** Draws on one thread. */
  readonly drawing: GeneratorService;
  /** As does this; forgets pictures past `pictureBytes`. */
  readonly enlarging: EnlargingService;
  readonly #trainings: FakeTraining[] = [];

  constructor(
    { worker = {}, backend = "cpu", pictureBytes, ...options }: {
      page?: string;
      worker?: Partial<WorkerOptions>;
      /** Of what is drawn; cpu starts fastest. */
      backend?: "cpu" | "simd";
      /** What the server keeps pictures in. */
      pictureBytes?: number;
    } = {},
  ) {
    const runsDir = this.root;
    const settings = { runsDir, cacheDir: `${runsDir}/cache`, backend, threads: 1 } as const;
    this.drawing = new GeneratorService(settings, worker);
    this.enlarging = new EnlargingService(
      settings,
      pictureBytes === undefined ? worker : { ...worker, mostBytes: pictureBytes },
    );
    this.app = createApp({
      runs: this.runs,
      drawing: this.drawing,
      enlarging: this.enlarging,
      report: (error) => this.reported.push(error),
      ...options,
    });
  }

  /** A run that is being written until `disposed` or the end of the test. */
  train(options: FakeRunOptions = {}): FakeTraining {
    const training = new FakeTraining(this.runs, options);
    this.#trainings.push(training);
    return training;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return Promise.resolve(this.app.request(path, { headers }));
  }

  async json<T>(path: string): Promise<T> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return await response.json() as T;
  }

  /** Status and text of a refused request. */
  async refusal(path: string, init: RequestInit = {}): Promise<[number, string]> {
    const response = await this.app.request(path, init);
    const { error } = await response.json() as ApiError;
    return [response.status, error];
  }

  [Symbol.dispose](): void {
    this.drawing.close();
    this.enlarging.close();
    for (const training of this.#trainings) training[Symbol.dispose]();
    Deno.removeSync(this.root, { recursive: true });
  }
}
