/** Flags that several commands share, each with its schema. */
import { z } from "zod";
import { sharedSettings } from "../core/config.ts";

/** Schemas of shared options, by key. */
export const shared = {
  runs: z.string().min(1).default("data/runs").describe("folder that holds the runs"),
  cache: z.string().min(1).default("data/cache").describe("folder for prepared data sets"),
  port: z.int().min(0).max(65_535).default(8000)
    .describe("port of the page; a busy one gets the next free one, 0 any"),
  backend: sharedSettings.backend,
  threads: sharedSettings.threads,
  exactConv: sharedSettings.exactConv,
  verbose: z.boolean().default(false).describe(
    "show where in the code any error arose, not of bugs alone",
  ),
} as const;

const flag = <Key extends keyof typeof shared>(key: Key, placeholder: string) => (
  { name: key, key, placeholder } as const
);

export const runsFlag = flag("runs", "DIR");
export const cacheFlag = flag("cache", "DIR");
export const portFlag = flag("port", "PORT");
export const backendFlag = flag("backend", "NAME");
export const threadsFlag = flag("threads", "THREADS");
export const exactConvFlag = { name: "exact-conv", key: "exactConv" } as const;
export const verboseFlag = { name: "verbose", key: "verbose" } as const;
