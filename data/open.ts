/** Opens a dataset by what a person types: `faces`, `folder:PATH`, `mnist`. */
import { nearest } from "../src/core/suggest.ts";
import { writeError } from "../src/core/write_error.ts";
import type { ImageDataset, OpenOptions } from "./dataset.ts";
import { openFaces } from "./faces.ts";
import { openFolder } from "./folder.ts";
import { FASHION_MNIST, MNIST, openDigits } from "./mnist.ts";

/** The smallest and largest side of prepared images, in pixels. */
const SIZES = { least: 4, most: 1024 };

interface Source {
  /** Whether `:PATH` follows the name: always, never, or as one likes. */
  readonly path: "needed" | "none" | "optional";
  open(path: string | null, options: OpenOptions): ImageDataset | Promise<ImageDataset>;
}

const sources: Readonly<Record<string, Source>> = {
  "faces": { path: "none", open: (_, options) => openFaces(options) },
  "folder": { path: "needed", open: (path, options) => openFolder(path ?? "", options) },
  "mnist": { path: "optional", open: (path, options) => openDigits(MNIST, path, options) },
  "fashion-mnist": {
    path: "optional",
    open: (path, options) => openDigits(FASHION_MNIST, path, options),
  },
};

/** How every dataset is written. */
const FORMS = Object.entries(sources).map(([name, { path }]) =>
  name + { needed: ":PATH", none: "", optional: "[:PATH]" }[path]
).join(", ");

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // asked only to word an error
  }
}

/** Whether `spec` begins with a dataset's name: whatever else is wrong with it, it names no run. */
export function namesDataset(spec: string): boolean {
  return Object.hasOwn(sources, spec.split(":", 1)[0]!);
}

/** Throws a RangeError, with what was meant, for what names no dataset. Opens nothing. */
export function assertSpec(spec: string): void {
  parseSpec(spec);
}

/** Throws a RangeError where a file stands in the cache's place; a folder is made when needed. */
function assertCache(path: string): void {
  try {
    if (Deno.statSync(path).isDirectory) return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  throw new RangeError(
    `Cannot keep prepared data in "${path}": it is a file. Pass another --cache`,
  );
}

/** Splits `name:PATH` and finds the source. Throws a RangeError that suggests what was meant. */
function parseSpec(spec: string): { readonly source: Source; readonly path: string | null } {
  const colon = spec.indexOf(":");
  const name = colon < 0 ? spec : spec.slice(0, colon);
  const path = colon < 0 ? null : spec.slice(colon + 1);
  const fail = (problem: string): never => {
    throw new RangeError(`Cannot open dataset "${spec}": ${problem}`);
  };
  if (!Object.hasOwn(sources, name)) {
    const close = nearest(name, Object.keys(sources));
    const meant = isFolder(spec) ? `folder:${spec}` : close && spec.replace(name, close);
    return fail(`expected ${FORMS}${meant ? `. Did you mean "${meant}"?` : ""}`);
  }
  const source = sources[name]!;
  if (source.path === "none" && path !== null) return fail(`"${name}" takes no path`);
  if (source.path === "needed" && !path) return fail(`expected ${name}:PATH`);
  if (path === "") return fail(`expected a path after the colon, or "${name}" alone`);
  return { source, path };
}

/**
 * Opens the dataset that `spec` names, prepared as `options` say. The caller disposes of it. Throws
 * a RangeError for a name, path, size or attributes file that cannot be used, and a WriteError for a
 * cache that takes nothing, with the mend.
 */
export async function openDataset(spec: string, options: OpenOptions): Promise<ImageDataset> {
  const { source, path } = parseSpec(spec);
  const { size, attributesFile } = options;
  if (!Number.isInteger(size) || size < SIZES.least || size > SIZES.most) {
    throw new RangeError(
      `Cannot open dataset "${spec}": expected a size from ${SIZES.least} to ${SIZES.most} pixels, ` +
        `got ${size}`,
    );
  }
  if (attributesFile !== undefined && source !== sources["folder"]) {
    throw new RangeError(
      `Cannot join attributes to "${spec}": it has its own. An attributes file goes with folder:PATH`,
    );
  }
  assertCache(options.cacheDir);
  try {
    return await source.open(path, options);
  } catch (error) {
    throw writeError("keep prepared data in", options.cacheDir, "pass another --cache", error);
  }
}
