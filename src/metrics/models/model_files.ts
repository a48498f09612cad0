/** The files of a model, from disk or from the network. */
import { basename, dirname, join } from "@std/path";
import { sha256Hex } from "../../core/fs.ts";

/** Where a model is, and how to read the files beside it. */
export interface ModelFiles {
  /** As the user gave it. */
  readonly place: string;
  /** The name without folders and ending: `inception_v3`. */
  readonly stem: string;
  readonly kind: "tfjs" | "onnx";
  /** Reads a file by its path beside the model's own; without one, that. Throws a RangeError. */
  read(beside?: string): Promise<Uint8Array<ArrayBuffer>>;
}

const isUrl = (place: string) => /^https?:\/\//i.test(place);

/** The path of what may be a URL, without what follows `?` or `#`. */
const pathOf = (place: string) => isUrl(place) ? new URL(place).pathname : place;

async function fromDisk(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such file"
      : error instanceof Deno.errors.IsADirectory
      ? "it is a folder; pass the model.json or .onnx file in it"
      : null;
    if (why === null) throw error;
    throw new RangeError(`Cannot read the model file "${path}": ${why}`, { cause: error });
  }
}

async function fromUrl(url: string): Promise<Uint8Array<ArrayBuffer>> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // a missing permission carries its mend
    const why = (error.cause instanceof Error ? error.cause : error).message;
    throw new RangeError(`Cannot fetch the model file ${url}: ${why}`, { cause: error });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw new RangeError(`Cannot fetch the model file ${url}: HTTP ${response.status}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Names the files of the model at `place`, a path or an http(s) URL that ends in .json (TensorFlow.js) or
 * .onnx. Reads nothing. Throws a RangeError for any other ending.
 */
export function modelFiles(place: string): ModelFiles {
  const path = pathOf(place);
  const ending = path.toLowerCase().match(/\.(json|onnx)$/)?.[1];
  if (ending === undefined) {
    throw new RangeError(
      `Cannot open the model "${place}": expected a path or URL that ends in .json (TensorFlow.js) ` +
        "or .onnx",
    );
  }
  const name = basename(path, `.${ending}`);
  const stem = name.toLowerCase() === "model" ? basename(dirname(path)) : name;
  return {
    place,
    stem,
    kind: ending === "onnx" ? "onnx" : "tfjs",
    read(beside) {
      if (beside === undefined) return isUrl(place) ? fromUrl(place) : fromDisk(place);
      if (!isUrl(place)) return fromDisk(join(dirname(place), beside));
      return fromUrl(new URL(beside, place).href);
    },
  };
}

/** One hash of several files. */
export async function digestOf(files: readonly Uint8Array<ArrayBuffer>[]): Promise<string> {
  const each = await Promise.all(files.map(sha256Hex));
  return await sha256Hex(new TextEncoder().encode(each.join()));
}
