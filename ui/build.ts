/**
 * `deno task build`: bundles the page, the worker that draws for it, and what that needs to draw on the
 * processor. What is as its sources are is left as it is, so that the lab starts quickly.
 */
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const KERNELS = "src/backends/simd/wasm";

/** Bundles, and where each begins. The page's own styles come out beside it, as `app.css`. */
const PROGRAMS = {
  "app.js": "ui/main.tsx",
  "generator.js": "ui/generator/worker.ts",
  "simd-thread.js": "src/backends/simd/worker.ts",
} as const;

/** Copied as they are. */
const COPIES = ["kernels.wasm", "kernels_relaxed.wasm"];

/** Whatever goes into a bundle is in one of these. */
const SOURCES = ["ui", "src", "deno.json", "deno.lock"];
/** Says of which sources the folder's files were made. */
const STAMP = "made-of.json";

type BundleName = keyof typeof PROGRAMS;

/** Every source file with its size and time, as text; what was built is none. */
function fingerprint(path: string, built: string): string {
  const { isFile, isDirectory, mtime, size } = Deno.lstatSync(path);
  if (isFile) return `${path} ${size} ${mtime?.getTime()}\n`;
  if (!isDirectory || path === built) return "";
  const names = Array.from(Deno.readDirSync(path), ({ name }) => name).sort();
  return names.map((name) => fingerprint(join(path, name), built)).join("");
}

async function bundle(entry: string, outputPath: string): Promise<void> {
  const { success, errors } = await Deno.bundle({
    entrypoints: [join(ROOT, entry)],
    outputPath,
    platform: "browser",
    minify: true,
    write: true,
  });
  if (success) return;
  const texts = errors.map(({ text, location: at }) =>
    at ? `${at.file}:${at.line}: ${text}` : text
  );
  throw new Error(`Cannot bundle ${entry}: ${texts.join("; ")}`);
}

/** Builds everything into `folder`. `programs` stand in the place of the page's own; tests pass theirs. */
export async function buildPage(
  folder: string,
  programs: Partial<Record<BundleName, string>> = {},
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, entry] of Object.entries({ ...PROGRAMS, ...programs })) {
    await bundle(entry, join(folder, name));
  }
  for (const name of COPIES) await Deno.copyFile(join(ROOT, KERNELS, name), join(folder, name));
}

/** Whether every file is there, the stamp too. */
async function isWhole(folder: string): Promise<boolean> {
  for (const name of [...Object.keys(PROGRAMS), ...COPIES, STAMP]) {
    const found = await Deno.stat(join(folder, name)).catch(unlessMissing);
    if (!found) return false;
  }
  return true;
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** Builds into `folder`, by `build`, unless all is there and of these very sources. */
export async function buildIfChanged(
  folder: string,
  build: (folder: string) => Promise<void> = buildPage,
): Promise<void> {
  const stamp = join(folder, STAMP);
  const sources = SOURCES.map((path) => fingerprint(join(ROOT, path), folder)).join("");
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(sources));
  const made = JSON.stringify({ deno: Deno.version.deno, sources: new Uint8Array(digest).toHex() });
  if (await isWhole(folder) && await Deno.readTextFile(stamp) === made) return;
  await Deno.remove(stamp).catch(unlessMissing);
  await build(folder);
  await Deno.writeTextFile(stamp, made);
}

if (import.meta.main) await buildIfChanged(join(ROOT, "ui/dist"));
