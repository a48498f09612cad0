/** The page's state: signals, and the actions that change them. Everything outside is passed in. */
import {
  computed,
  effect,
  type ReadonlySignal,
  type Signal,
  signal,
  untracked,
} from "@preact/signals";
import type { RunHealth, RunMetrics } from "../src/core/protocol.ts";
import type { Sample } from "./api.ts";
import type { GeneratorClient } from "./generator/client.ts";
import type { Route, Router } from "./router.ts";
import { CompareState } from "./state/compare/compare.ts";
import { EnlargeState } from "./state/enlarge/enlarge.ts";
import { ExploreState } from "./state/explore/explore.ts";
import { SamplePlayer } from "./state/player.ts";
import { type Memory, type Preferences, rememberPreferences } from "./state/preferences.ts";
import { Refreshed } from "./state/refreshed.ts";
import { isActive, RunState } from "./state/run.ts";
import { RunsState } from "./state/runs.ts";
import type { Clock, Transport } from "./transport.ts";

const TICK_MS = 10_000;

/** What the state takes of the world. */
export interface AppOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly router: Router;
  readonly memory: Memory;
  /** Whether the reader's system asks for little motion. */
  readonly reducedMotion: ReadonlySignal<boolean>;
  /** Whether the window has no room for one thing beside another. */
  readonly narrow: ReadonlySignal<boolean>;
  /** Draws what generators make of latents. */
  readonly generator: GeneratorClient;
  /** Resolves when a run's sample can be shown without delay, or with false if it cannot be had. */
  readonly loadSample: (id: string, sample: Sample) => Promise<boolean>;
}

/** A run's page while it is open. */
export interface OpenRun {
  readonly run: RunState;
  readonly player: SamplePlayer;
  readonly health: Refreshed<RunHealth>;
  readonly metrics: Refreshed<RunMetrics>;
  /** The steps the charts are zoomed to; null for all. */
  readonly zoom: Signal<readonly [number, number] | null>;
  close(): void;
}

/** All that the components show. */
export interface AppState {
  readonly router: Router;
  readonly preferences: Preferences;
  readonly runs: RunsState;
  /** Draws what generators make of latents, for all pages. */
  readonly generator: GeneratorClient;
  /** The run of the present route; null on other pages. */
  readonly openRun: ReadonlySignal<OpenRun | null>;
  /** What is explored; null on other pages. */
  readonly explore: ReadonlySignal<ExploreState | null>;
  /** What is compared; null on other pages. */
  readonly compare: ReadonlySignal<CompareState | null>;
  /** What is enlarged; null on other pages. */
  readonly enlarge: ReadonlySignal<EnlargeState | null>;
  /** The time, every ten seconds: for texts like "3 min ago". */
  readonly now: ReadonlySignal<number>;
}

/** Builds the state and begins to follow the route. */
export function createApp(options: AppOptions): AppState {
  const { clock, router, transport } = options;
  const runs = new RunsState(transport, clock);
  const openRun = signal<OpenRun | null>(null);
  const explore = signal<ExploreState | null>(null);
  const compare = signal<CompareState | null>(null);
  const enlarge = signal<EnlargeState | null>(null);
  const now = signal(clock.now());
  const tick = () => {
    now.value = clock.now();
    clock.after(TICK_MS, tick);
  };
  clock.after(TICK_MS, tick);

  const place = computed(() => placeOf(router.route.value));
  effect(() => {
    place.value;
    return untracked(() => {
      const route = router.route.value;
      if (route.page === "runs" || route.page === "explore" || route.page === "compare") {
        runs.watch();
      } else runs.unwatch();
      const opened = route.page === "run" ? follow(route.id, options) : null;
      openRun.value = opened;
      explore.value = route.page === "explore" ? new ExploreState(route.run, options) : null;
      compare.value = route.page === "compare" ? new CompareState({ ...options, runs }) : null;
      enlarge.value = route.page === "enlarge" ? new EnlargeState(options) : null;
      return () => {
        opened?.close();
        explore.value?.dispose();
        compare.value?.dispose();
        enlarge.value?.dispose();
      };
    });
  });
  const { generator, memory } = options;
  const preferences = rememberPreferences(memory);
  return { router, preferences, runs, generator, openRun, explore, compare, enlarge, now };
}

/** Two addresses of one place show the same thing in two states, such as two steps of one run. */
export function placeOf(route: Route): string {
  switch (route.page) {
    case "run":
      return `run ${route.id}`;
    case "explore":
      return `explore ${route.run ?? ""}`;
    case "unknown":
      return `unknown ${route.path}`;
    case "runs":
    case "compare":
    case "enlarge":
      return route.page;
    default:
      return route satisfies never;
  }
}

function follow(id: string, { transport, clock, loadSample }: AppOptions): OpenRun {
  const run = new RunState(id, transport, clock);
  const player = new SamplePlayer({
    samples: run.samples,
    clock,
    load: (sample) => loadSample(id, sample),
  });
  const settling = effect(() => {
    run.samples.value;
    player.index.value;
    void player.settle();
  });
  void run.open();
  const goesOn = () => isActive(run.status.value);
  const health = new Refreshed({ read: () => transport.health(id), clock, goesOn });
  const metrics = new Refreshed({ read: () => transport.metrics(id), clock, goesOn });
  const waking = effect(() => {
    if (!isActive(run.status.value)) return; // one that ended may be resumed
    untracked(() => [health, metrics].forEach((each) => each.wake()));
  });
  return {
    run,
    player,
    health,
    metrics,
    zoom: signal<readonly [number, number] | null>(null),
    close() {
      settling();
      waking();
      health.dispose();
      metrics.dispose();
      player.dispose();
      run.dispose();
    },
  };
}
