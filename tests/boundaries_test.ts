/** The import table of the design, and the rules of style that a machine can check. */
import { assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, normalize, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** What each folder may import, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "src/core": [],
  "src/backends": ["src/core"],
  "src/nn": ["src/core"],
  "data": ["src/core"],
  "models": ["src/core", "src/nn"],
  "src/training": ["src/core", "src/nn"],
  "src/metrics": ["src/core", "src/nn"],
  "src/latent": ["src/core", "src/nn"],
  "src/bench": ["src/core", "src/backends", "src/nn", "models", "src/training"],
  "src/experiments": [
    ...["src/core", "src/backends", "src/nn", "data", "models", "src/training"],
    ...["src/metrics", "src/latent"],
  ],
  "src/runs": [
    ...["src/core", "src/backends", "src/nn", "data", "models", "src/training"],
    ...["src/metrics", "src/latent", "src/experiments"],
  ],
  "src/evaluation": [
    ...["src/core", "src/backends", "src/nn", "data", "models", "src/training"],
    ...["src/metrics", "src/latent", "src/experiments", "src/runs"],
  ],
  "server": ["src/evaluation", "src/runs", "src/latent", "src/metrics", "src/core"],
  "ui": ["src/core", "src/backends", "src/latent"],
  "src/cli": [
    ...["src/core", "src/backends", "src/nn", "data", "models", "src/training"],
    ...["src/metrics", "src/latent", "src/experiments", "src/bench", "src/runs"],
    ...["src/evaluation", "server"],
  ],
};

/** Modules of `src/runs` through which training code comes in: not for the server. */
const TRAINING_ENTRIES = [
  "session.ts",
  "obey_order.ts",
  "training_worker.ts",
  "start_training.ts",
  "recorder.ts",
];

const SKIPPED_FOLDERS = new Set(["node_modules", "cache", "runs", "dist", ".git"]);

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) {
      const made = SKIPPED_FOLDERS.has(entry.name) && !path.endsWith(join("src", "runs"));
      if (!made && entry.name !== "node_modules") yield* sourceFiles(path);
    } else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

interface Source {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const sources: readonly Source[] = [...sourceFiles(ROOT)].map((path) => ({
  path: relative(ROOT, path).replaceAll("\\", "/"),
  text: Deno.readTextFileSync(path),
}));
const shipped = sources.filter(({ path }) => !path.startsWith("tests/"));

const IMPORT =
  /(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)|new URL\("([^"]+\.tsx?)"/g;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
  /** Whether it is loaded at once, on the same thread. */
  readonly loaded: boolean;
}

/** Every import of a file of ours, as paths relative to the root. */
function importsOf({ path, text }: Source): Import[] {
  return [...text.matchAll(IMPORT)].flatMap(([, typeOnly, stated, dynamic, worker]) => {
    const specifier = stated ?? dynamic ?? worker!;
    if (!specifier.startsWith(".")) return [];
    const to = normalize(join(dirname(path), specifier)).replaceAll("\\", "/");
    const loaded = stated !== undefined && typeOnly === undefined;
    return [{ from: path, to, typeOnly: typeOnly !== undefined, loaded }];
  });
}

function folderOf(path: string): string {
  const parts = path.split("/");
  return parts[0] === "src" ? parts.slice(0, 2).join("/") : parts[0]!;
}

const imports = shipped.flatMap(importsOf);

Deno.test("every source folder stands in the import table", () => {
  const unknown = new Set(
    shipped.map(({ path }) => folderOf(path)).filter((folder) => !(folder in MAY_IMPORT)),
  );
  assertEquals([...unknown], []);
});

Deno.test("folders import only what the design's table allows", () => {
  const broken = imports.filter(({ from, to }) => {
    const [here, there] = [folderOf(from), folderOf(to)];
    return here !== there && !MAY_IMPORT[here]?.includes(there);
  });
  assertEquals(broken, []);
});

/** The page's doors to the lab's code: mathematics, and what a worker draws with. */
const PAGE_DOORS = ["ui/lab.ts", "ui/generator/model.ts"];

Deno.test("server and page reach no training code", () => {
  const reached = imports.filter(({ from, to, typeOnly }) =>
    (from.startsWith("server/") && TRAINING_ENTRIES.includes(to.split("/").at(-1)!)) ||
    (from.startsWith("ui/") && !PAGE_DOORS.includes(from) && !to.startsWith("ui/") && !typeOnly)
  );
  assertEquals(reached, []);
});

/** The files that come into a bundle with `entry`, or that `loaded` imports bring with it. */
function bundledWith(
  entry: string,
  follows: (each: Import) => boolean = ({ typeOnly }) => !typeOnly,
): Set<string> {
  const bundled = new Set([entry]);
  for (const path of bundled) { // grows as it goes
    for (const each of imports) if (each.from === path && follows(each)) bundled.add(each.to);
  }
  return bundled;
}

/** Those among files that import TensorFlow.js. */
function importingTensorFlow(paths: ReadonlySet<string>): string[] {
  const imported = /(?:from|import) ?\(?"@tensorflow\//;
  return shipped.filter(({ path, text }) => paths.has(path) && imported.test(text))
    .filter(({ text }) => !/^import type .*"@tensorflow/m.test(text)).map(({ path }) => path);
}

Deno.test("TensorFlow.js comes into the browser by ui/generator/model.ts, and into its worker alone", () => {
  assertEquals(importingTensorFlow(bundledWith("ui/main.tsx")), []);
  const inUi = new Set(shipped.map(({ path }) => path).filter((path) => path.startsWith("ui/")));
  assertEquals(importingTensorFlow(inUi), ["ui/generator/model.ts"]);
  assertEquals(bundledWith("ui/generator/worker.ts").has("ui/generator/model.ts"), true);
});

Deno.test("serving loads neither TensorFlow.js nor a dataset: its worker does, once it is needed", () => {
  const onItsThread = bundledWith("src/cli/serve.ts", ({ loaded }) => loaded);
  assertEquals(onItsThread.has("server/routes/drawing.ts"), true, "the entry is found");
  assertEquals(importingTensorFlow(onItsThread), []);
  assertEquals([...onItsThread].filter((path) => path === "data/open.ts"), []);
});

Deno.test("what comes into the page by ui/lab.ts is mathematics alone", () => {
  const bundled = bundledWith("ui/lab.ts");
  assertEquals(bundled.has("src/core/rng.ts"), true, "the door is found");
  const found = shipped.filter(({ path, text }) =>
    bundled.has(path) && /(?:from|import) ?\(?"[^."]|\bDeno\./.test(text)
  );
  assertEquals(found.map(({ path }) => path), []);
});

Deno.test("models name no dataset, and trainers no model", () => {
  const named = imports.filter(({ from, to }) =>
    (from.startsWith("models/") && to.startsWith("data/")) ||
    (from.startsWith("src/training/") && /^(models|data)\//.test(to))
  );
  assertEquals(named, []);
});

Deno.test("data/ makes no tensor", () => {
  const found = shipped.filter(({ path, text }) =>
    path.startsWith("data/") && text.includes('"@tensorflow/')
  );
  assertEquals(found.map(({ path }) => path), []);
});

Deno.test("no source draws from an unseeded generator", () => {
  const unseeded = /\bMath\s*\.\s*random\b|\bMath\s*\[/;
  const found = sources.filter(({ path, text }) =>
    path !== "tests/boundaries_test.ts" && unseeded.test(text)
  );
  assertEquals(found.map(({ path }) => path), []);
});

Deno.test("settings come from no environment variable", () => {
  const found = shipped.filter(({ text }) => /\bDeno\.env\b|\bprocess\.env\b/.test(text));
  assertEquals(found.map(({ path }) => path), []);
});

Deno.test("dataSync() stays in tests: it stalls WebGPU", () => {
  const found = shipped.filter(({ text }) => /\.(dataSync|arraySync)\(/.test(text));
  assertEquals(found.map(({ path }) => path), []);
});

Deno.test("files stay under 300 lines, and none is called utils.ts", () => {
  const long = sources.filter(({ path, text }) =>
    text.split("\n").length > 301 || /(^|\/)(utils|helpers|misc)\.tsx?$/.test(path)
  );
  assertEquals(long.map(({ path }) => path), []);
});
