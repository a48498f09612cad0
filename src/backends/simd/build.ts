/**
 * Compiles the kernels from AssemblyScript to WebAssembly: `deno task build-simd`. The results are
 * checked in, so that nobody needs the compiler to train; a test compiles them again and compares.
 */
import asc from "assemblyscript/asc";
import { fromFileUrl, join } from "@std/path";
import { BUILD_FILES } from "./build_files.ts";

const HERE = fromFileUrl(new URL(".", import.meta.url));

/** The features and limits that both builds share. Memory comes from outside, for all threads. */
const OPTIONS = [
  ...["--optimizeLevel", "3", "--noAssert", "--runtime", "stub"],
  ...["--importMemory", "--sharedMemory", "--initialMemory", "32", "--maximumMemory", "65536"],
  ...["--memoryBase", "65536", "--enable", "simd", "--enable", "threads"],
];

/** Compiles one build. Throws an Error with the compiler's words where the source is wrong. */
export async function compileKernels(build: keyof typeof BUILD_FILES): Promise<Uint8Array> {
  const output = new Map<string, Uint8Array>();
  const feature = build === "relaxed" ? "--enable" : "--disable";
  const { error, stderr } = await asc.main(
    ["assembly/index.ts", "--outFile", "out.wasm", feature, "relaxed-simd", ...OPTIONS],
    {
      readFile: (name) => readSource(name),
      writeFile: (name, contents) => void output.set(name, contents as Uint8Array),
      listFiles: () => [],
    },
  );
  if (error !== null) throw new Error(`Cannot compile the kernels: ${error.message}\n${stderr}`);
  return output.get("out.wasm")!;
}

/** Null where there is no such file: the compiler looks in several places. */
function readSource(name: string): string | null {
  try {
    return Deno.readTextFileSync(join(HERE, name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

if (import.meta.main) {
  for (const build of Object.keys(BUILD_FILES) as (keyof typeof BUILD_FILES)[]) {
    const bytes = await compileKernels(build);
    Deno.writeFileSync(join(HERE, "wasm", BUILD_FILES[build]), bytes);
    console.log(`${BUILD_FILES[build]}: ${bytes.length} bytes`);
  }
}
