/**
 * Animated PNG, third edition of the PNG specification, https://www.w3.org/TR/png-3/: a PNG whose
 * further frames stand in chunks that older readers skip, so that those show the first frame.
 */
import type { Raster } from "./images.ts";
import { encodePng } from "./png.ts";

/** A chunk's type and data. */
interface Chunk {
  readonly type: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length, type and CRC around a chunk's data. */
const FRAME_BYTES = 12;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

/** CRC-32 of ISO 3309, as PNG chunks end in. */
export function crc32(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = CRC_TABLE[(c ^ byte) & 0xff]! ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function* chunksOf(png: Uint8Array<ArrayBuffer>): Generator<Chunk> {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    yield { type, data: png.subarray(at + 8, at + 8 + length) };
    at += FRAME_BYTES + length;
  }
}

function writeChunk({ type, data }: Chunk): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(FRAME_BYTES + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** Big-endian 32-bit numbers, then `rest`. */
function words(values: readonly number[], rest = new Uint8Array(0)): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 * values.length + rest.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value));
  bytes.set(rest, 4 * values.length);
  return bytes;
}

/** fcTL: a whole frame, shown for 1/fps of a second, that replaces what was there. */
function frameControl(sequence: number, { width, height }: Raster, fps: number): Chunk {
  const delay = new DataView(new ArrayBuffer(6)); // numerator, denominator, dispose 0, blend 0
  delay.setUint16(0, 100);
  delay.setUint16(2, Math.max(1, Math.min(0xffff, Math.round(100 * fps))));
  const data = words([sequence, width, height, 0, 0], new Uint8Array(delay.buffer));
  return { type: "fcTL", data };
}

function assertAlike(frames: readonly Raster[]): void {
  const first = frames[0];
  const odd = frames.find((frame) =>
    frame.width !== first!.width || frame.height !== first!.height ||
    frame.channels !== first!.channels
  );
  if (first !== undefined && odd === undefined) return;
  const shown = ({ width, height, channels }: Raster) => `${width}×${height}×${channels}`;
  throw new RangeError(
    `Cannot animate: expected one frame or more of one size, got ${
      odd === undefined ? "none" : `${shown(first!)} and ${shown(odd)}`
    }`,
  );
}

/**
 * Encodes frames of one size, at `fps` a second (0.01 … 655), shown over and over. Equal frames give
 * equal bytes. Throws a RangeError for frames of unequal sizes, or none.
 */
export async function encodeApng(
  frames: readonly Raster[],
  fps: number,
): Promise<Uint8Array<ArrayBuffer>> {
  assertAlike(frames);
  let sequence = 0;
  const out: Chunk[] = [];
  for (const [i, frame] of frames.entries()) {
    const chunks = [...chunksOf(await encodePng(frame))];
    if (i === 0) {
      out.push(chunks.find(({ type }) => type === "IHDR")!);
      out.push({ type: "acTL", data: words([frames.length, 0]) }); // 0: for ever
    }
    out.push(frameControl(sequence++, frame, fps));
    for (const { type, data } of chunks) {
      if (type !== "IDAT") continue;
      out.push(i === 0 ? { type, data } : { type: "fdAT", data: words([sequence++], data) });
    }
  }
  out.push({ type: "IEND", data: new Uint8Array(0) });
  const parts = [SIGNATURE, ...out.map(writeChunk)];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (file.set(part, at), at + part.length), 0);
  return file;
}
