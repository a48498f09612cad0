/**
 * The safetensors format: eight bytes of header length, a JSON header, then the arrays without gaps.
 * https://huggingface.co/docs/safetensors/index#format
 *
 * What is written opens in Python as it is. What is read is checked to the last byte, as strictly as
 * the reference does: a file that passes has every array where its header says, and nothing else.
 */
import { z } from "zod";

/** A file is not of the format, or damaged. The command line shows the message without a stack. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError";
}

/** The reference's own limit, 100 MB: no header is this long, so a longer one is damage. */
const MAX_HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;
const ALIGNMENT = 8;

type Elements =
  | Float64Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

interface ElementType {
  new (buffer: ArrayBuffer, byteOffset: number, length: number): Elements;
  readonly BYTES_PER_ELEMENT: number;
}

/** The element types read and written here. BF16 has no array type: its bits stand in 16-bit words. */
const ELEMENT_TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Float16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const satisfies Record<string, ElementType>;

/** Element types that are read and written, by their names in the format. */
export type SafetensorsDtype = keyof typeof ELEMENT_TYPES;
const DTYPES = Object.keys(ELEMENT_TYPES) as SafetensorsDtype[];

/** One array: row-major, little-endian. */
export interface SafetensorsArray {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: Elements;
}

/** The content of a file. */
export interface Safetensors {
  /** The header's `__metadata__`: text by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** By name, in the order their bytes lie in the file. */
  readonly arrays: ReadonlyMap<string, SafetensorsArray>;
}

const Entry = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
const Metadata = z.record(z.string(), z.string());

const METADATA_KEY = "__metadata__";

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Writes the header by hand, so that any name keeps its place: objects reorder names like `7`. */
function encodeHeader({ metadata, arrays }: Safetensors): Uint8Array<ArrayBuffer> {
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) {
    fields.push(`${JSON.stringify(METADATA_KEY)}:${JSON.stringify(metadata)}`);
  }
  let offset = 0;
  for (const [name, { dtype, shape, data }] of arrays) {
    if (name === METADATA_KEY || elementCount(shape) !== data.length) {
      throw new RangeError(
        `Cannot encode array "${name}": expected ${elementCount(shape)} values for shape ` +
          `[${shape.join(", ")}] and a name other than ${METADATA_KEY}, got ${data.length} values`,
      );
    }
    const end = offset + data.byteLength;
    fields.push(
      `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`,
    );
    offset = end;
  }
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  const padded = new Uint8Array(Math.ceil(text.length / ALIGNMENT) * ALIGNMENT).fill(0x20);
  padded.set(text);
  return padded;
}

/** The file's bytes. Equal arrays and metadata in equal order give equal bytes. */
export function encodeSafetensors(file: Safetensors): Uint8Array<ArrayBuffer> {
  const header = encodeHeader(file);
  let length = LENGTH_BYTES + header.length;
  for (const { data } of file.arrays.values()) length += data.byteLength;
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + header.length;
  for (const { data } of file.arrays.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/** Says that `source` is no sound safetensors file, and why. */
function broken(source: string, why: string): SafetensorsError {
  return new SafetensorsError(
    `Cannot read safetensors file "${source}": ${why}. The file is damaged or not of this format`,
  );
}

/** The JSON header and where the arrays begin. */
function decodeHeader(bytes: Uint8Array<ArrayBuffer>, source: string): [object, number] {
  if (bytes.length < LENGTH_BYTES) {
    throw broken(source, `expected at least ${LENGTH_BYTES} bytes, got ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  const room = Math.min(bytes.length - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > room) {
    throw broken(source, `its header claims ${length} bytes, expected at most ${room}`);
  }
  let header: unknown;
  try {
    const raw = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw));
  } catch (error) {
    throw broken(source, `its header is not JSON (${(error as Error).message})`);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw broken(source, "its header is not a JSON object");
  }
  return [header, LENGTH_BYTES + length];
}

interface Placed {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseEntry(name: string, value: unknown, source: string): Placed {
  const entry = Entry.safeParse(value);
  if (!entry.success) {
    throw broken(
      source,
      `array "${name}": expected dtype, shape and data_offsets, got ${JSON.stringify(value)}`,
    );
  }
  const { shape, data_offsets: [begin, end] } = entry.data;
  const dtype = DTYPES.find((known) => known === entry.data.dtype);
  if (!dtype) {
    throw broken(
      source,
      `array "${name}": expected dtype ${DTYPES.join(", ")}, got ${entry.data.dtype}`,
    );
  }
  const size = elementCount(shape) * ELEMENT_TYPES[dtype].BYTES_PER_ELEMENT;
  if (end - begin !== size) {
    throw broken(
      source,
      `array "${name}": ${dtype} of shape [${shape.join(", ")}] takes ${size} bytes, ` +
        `but its offsets ${begin} … ${end} hold ${end - begin}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

/** Throws unless the arrays fill the data, `length` bytes, each byte once. */
function assertSeamless(placed: readonly Placed[], length: number, source: string): void {
  let filled = 0;
  for (const { name, begin, end } of placed) {
    if (begin !== filled) {
      const seam = begin < filled ? "overlaps the one before it" : "leaves a hole before it";
      throw broken(source, `array "${name}" ${seam}: expected offset ${filled}, got ${begin}`);
    }
    filled = end;
  }
  if (filled !== length) {
    throw broken(source, `expected ${filled} bytes of arrays, got ${length}`);
  }
}

/**
 * Reads a file's bytes; `source` is its path, for messages. The arrays are views on `bytes` where
 * alignment allows. Throws a SafetensorsError for anything the format forbids.
 */
export function decodeSafetensors(bytes: Uint8Array<ArrayBuffer>, source: string): Safetensors {
  const [header, start] = decodeHeader(bytes, source);
  let metadata: Readonly<Record<string, string>> = {};
  const placed: Placed[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== METADATA_KEY) {
      placed.push(parseEntry(name, value, source));
      continue;
    }
    const parsed = Metadata.safeParse(value);
    if (!parsed.success) throw broken(source, `its ${METADATA_KEY} is not text by name`);
    metadata = parsed.data;
  }
  placed.sort((a, b) => a.begin - b.begin || a.end - b.end);
  assertSeamless(placed, bytes.length - start, source);

  const arrays = new Map<string, SafetensorsArray>();
  for (const { name, dtype, shape, begin, end } of placed) {
    const Type: ElementType = ELEMENT_TYPES[dtype];
    let offset = bytes.byteOffset + start + begin;
    let buffer = bytes.buffer;
    if (offset % Type.BYTES_PER_ELEMENT !== 0) {
      buffer = buffer.slice(offset, offset + end - begin);
      offset = 0;
    }
    arrays.set(name, {
      dtype,
      shape,
      data: new Type(buffer, offset, (end - begin) / Type.BYTES_PER_ELEMENT),
    });
  }
  return { metadata, arrays };
}

/**
 * An array's values as 32-bit floats, copied: F32 as it is, 16-bit floats widened exactly, F64 rounded.
 * `name` and `source`, a path, are for the message of the SafetensorsError that integers get.
 */
export function floatsOf(
  { dtype, data }: SafetensorsArray,
  name: string,
  source: string,
): Float32Array<ArrayBuffer> {
  switch (dtype) {
    case "F64":
    case "F32":
    case "F16":
      return Float32Array.from(data as ArrayLike<number>);
    case "BF16": {
      const bits = Uint32Array.from(data as Uint16Array, (word) => word << 16);
      return new Float32Array(bits.buffer);
    }
    default:
      throw new SafetensorsError(
        `Cannot read weights from "${source}": expected F32, F16, BF16 or F64 in "${name}", ` +
          `got ${dtype}`,
      );
  }
}
