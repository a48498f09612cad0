/** Weights that a training starts from or leans on, from safetensors files. */
import type { NamedArrays } from "../core/named_arrays.ts";
import { decodeSafetensors, floatsOf } from "../core/safetensors.ts";

/** Where a checkpoint's file has the moving average's weights. */
const AVERAGE = "generator_ema/";

/** Throws a RangeError where there is no such file. `what` says what it is for. */
export function assertFile(path: string, what: string): void {
  let why = "it is a folder; expected a .safetensors file";
  try {
    if (!Deno.statSync(path).isDirectory) return;
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof NotADirectory)) throw error;
    why = "there is no such file";
  }
  throw new RangeError(`Cannot read ${what} from "${path}": ${why}`);
}

/** Every array of a safetensors file, as float32. Throws a RangeError for a file that is not there. */
export async function readWeights(path: string): Promise<NamedArrays> {
  assertFile(path, "weights");
  const { arrays } = decodeSafetensors(await Deno.readFile(path), path);
  return new Map(
    Array.from(
      arrays,
      ([name, array]) => [name, { shape: array.shape, data: floatsOf(array, name, path) }],
    ),
  );
}

/** The moving average's weights of a checkpoint's generator file, by the names its layers give them. */
export async function readPretrained(path: string): Promise<NamedArrays> {
  const weights = await readWeights(path);
  const average = [...weights].filter(([name]) => name.startsWith(AVERAGE))
    .map(([name, array]) => [name.slice(AVERAGE.length), array] as const);
  if (average.length > 0) return new Map(average);
  throw new RangeError(
    `Cannot go on with the network in "${path}": expected a checkpoint's generator.safetensors, with ` +
      `arrays named "${AVERAGE}…", got ${[...weights.keys()].slice(0, 3).join(", ")}`,
  );
}
