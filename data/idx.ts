/** The idx format of MNIST: bytes 0, 0, 8 (uint8), the number of axes, their lengths, the values. */

/** An idx file's shape and bytes. */
export interface Idx {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Uint8Array<ArrayBuffer>;
}

const grouped = (count: number) => count.toLocaleString("en");

/**
 * Reads an idx file of bytes with `axes` axes. Throws a RangeError that tells what was expected and
 * what came; `path` is for that message.
 */
export function parseIdx(bytes: Uint8Array<ArrayBuffer>, path: string, axes: number): Idx {
  const fail = (expected: string, got: string): never => {
    throw new RangeError(
      `Cannot read "${path}": expected ${expected}, got ${got}. Delete it and fetch it again`,
    );
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = 4 + 4 * axes;
  if (bytes.length < headerBytes) {
    fail(`at least ${headerBytes} bytes of an idx file`, grouped(bytes.length));
  }
  const hex = (magic: number) => `0x${magic.toString(16).padStart(8, "0")}`;
  const magic = view.getUint32(0);
  if (magic !== 0x800 + axes) {
    fail(`an idx file of bytes with ${axes} axes (${hex(0x800 + axes)})`, hex(magic));
  }
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = shape.reduce((product, length) => product * length, 1);
  if (bytes.length !== headerBytes + expected) {
    const sides = shape.map(grouped).join("×");
    fail(`${grouped(headerBytes + expected)} bytes for ${sides} values`, grouped(bytes.length));
  }
  return { shape, values: bytes.subarray(headerBytes) };
}

/** Unpacks gzip; what is not packed is returned as it is. Throws a RangeError for a damaged file. */
export async function gunzip(
  bytes: Uint8Array<ArrayBuffer>,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await new Response(unpacked).bytes();
  } catch (error) {
    throw new RangeError(
      `Cannot unpack "${path}": expected a whole gzip file, got one that is cut short or damaged. ` +
        `Delete it and fetch it again`,
      { cause: error },
    );
  }
}
