/** The files that `compare` writes. */
import { dirname, join } from "@std/path";
import { writeWhole } from "../core/fs.ts";
import { writeError } from "../core/write_error.ts";
import type { ResolvedCheckpoint } from "../runs/open_generator.ts";
import { UsageError } from "./flags.ts";

/** Where each part goes; null where it is not wanted. */
export interface ReportPaths {
  readonly html: string | null;
  readonly json: string | null;
}

/** Longest name of a folder that is made of checkpoints' names. */
const LONGEST_NAME = 120;

/**
 * What `--out` asks for: one file by its ending, else a folder for both. Without it a folder named by the
 * checkpoints, or, with `--json`, nothing. Throws a UsageError for other endings.
 */
export function reportPaths(
  { out, json }: { readonly out: string | null; readonly json: boolean },
  found: readonly ResolvedCheckpoint[],
): ReportPaths {
  if (out === null && json) return { html: null, json: null };
  const ending = /\.(\w+)$/.exec(out ?? "")?.[1]?.toLowerCase();
  if (ending === "html" || ending === "htm") return { html: out, json: null };
  if (ending === "json") return { html: null, json: out };
  if (ending === "pdf" || ending === "png" || ending === "md") {
    throw new UsageError(`--out writes .html, .json or a folder with both, got "${out}"`);
  }
  const folder = out ?? join("data/cache/comparisons", folderName(found));
  return { html: join(folder, "report.html"), json: join(folder, "report.json") };
}

/** `j3y7-1000-j3y7-5000`: the ends of the runs' ids, by which people tell them, and the steps. */
function folderName(found: readonly ResolvedCheckpoint[]): string {
  const name = found.map(({ run, step }) => `${run.split("-").at(-1)}-${step}`).join("-");
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME)}-and-more`;
}

/** Writes each part whole. Throws a WriteError where one cannot be. */
export function writeReport(paths: ReportPaths, page: string | null, json: string): void {
  const parts = [[paths.html, page], [paths.json, json]] as const;
  for (const [path, text] of parts) {
    if (path === null || text === null) continue;
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      writeWhole(path, new TextEncoder().encode(text));
    } catch (error) {
      throw writeError("write the report", path, "pass another --out", error);
    }
  }
}
