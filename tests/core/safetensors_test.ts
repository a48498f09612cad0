import { assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import {
  decodeSafetensors,
  encodeSafetensors,
  floatsOf,
  type Safetensors,
  SafetensorsError,
} from "../../src/core/safetensors.ts";

const golden = (name: string) => fromFileUrl(new URL(`../golden/${name}`, import.meta.url));

/** The arrays of tests/golden/safetensors_numpy.py. */
const FILE: Safetensors = {
  metadata: { topology: '{"class_name":"Sequential"}', name: "größe" },
  arrays: new Map([
    ["generator/conv/kernel", {
      dtype: "F32",
      shape: [2, 3, 2],
      data: Float32Array.from({ length: 12 }, (_, i) => (i - 6) / 8),
    }],
    ["generator/scalar", { dtype: "F32", shape: [], data: Float32Array.of(Math.PI) }],
    ["generator/empty", { dtype: "F32", shape: [0, 4], data: new Float32Array(0) }],
    ["labels", { dtype: "U8", shape: [3], data: Uint8Array.of(0, 127, 255) }],
    ["after/an/odd/offset", {
      dtype: "I32",
      shape: [1, 2],
      data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1),
    }],
    ["7", { dtype: "I64", shape: [1], data: BigInt64Array.of(-(2n ** 62n)) }],
    ["double", { dtype: "F64", shape: [2], data: Float64Array.of(1e300, -0) }],
  ]),
};

Deno.test("decodeSafetensors() reads what Python wrote", () => {
  const read = decodeSafetensors(Deno.readFileSync(golden("python.safetensors")), "golden");
  assertEquals(read.metadata, FILE.metadata);
  assertEquals([...read.arrays], [...FILE.arrays]);
});

Deno.test("encodeSafetensors() writes the bytes that Python has read", () => {
  assertEquals(encodeSafetensors(FILE), Deno.readFileSync(golden("atelier.safetensors")));
});

Deno.test("decodeSafetensors() gives back what encodeSafetensors() took, in order", () => {
  const read = decodeSafetensors(encodeSafetensors(FILE), "here");
  assertEquals([...read.arrays], [...FILE.arrays]);
  const shifted = new Uint8Array(encodeSafetensors(FILE).length + 3).subarray(3);
  shifted.set(encodeSafetensors(FILE)); // no array is aligned in memory now
  assertEquals([...decodeSafetensors(shifted, "here").arrays], [...FILE.arrays]);
  const empty = decodeSafetensors(encodeSafetensors({ metadata: {}, arrays: new Map() }), "here");
  assertEquals(empty, { metadata: {}, arrays: new Map() });
});

Deno.test("encodeSafetensors() refuses a shape that its values do not fill", () => {
  const arrays = new Map([
    ["w", { dtype: "F32", shape: [2, 2], data: new Float32Array(3) }] as const,
  ]);
  assertThrows(
    () => encodeSafetensors({ metadata: {}, arrays }),
    RangeError,
    'Cannot encode array "w": expected 4 values for shape [2, 2]',
  );
});

/** 1.5, -2⁻¹⁴ and 2⁻²⁴, as the tables of IEEE 754 and of bfloat16 have them. */
const HALVES = { F16: [0x3e00, 0x8400, 0x0001], BF16: [0x3fc0, 0xb880, 0x3380] } as const;

for (const [dtype, bits] of Object.entries(HALVES)) {
  Deno.test(`floatsOf() widens ${dtype} exactly`, () => {
    const bytes = file(JSON.stringify({ w: entry(dtype, [3], 0, 6) }), 6);
    const view = new DataView(bytes.buffer);
    bits.forEach((word, i) => view.setUint16(bytes.length - 6 + 2 * i, word, true));
    const read = decodeSafetensors(bytes, "w.safetensors");
    const widened = floatsOf(read.arrays.get("w")!, "w", "w.safetensors");
    assertEquals([...widened], [1.5, -(2 ** -14), 2 ** -24]);
    assertEquals(encodeSafetensors(read).slice(-6), bytes.slice(-6));
  });
}

Deno.test("floatsOf() rounds doubles and refuses integers by name", () => {
  const array = (name: string) => floatsOf(FILE.arrays.get(name)!, name, "w.safetensors");
  assertEquals([...array("double")], [Infinity, -0]);
  assertEquals(array("generator/conv/kernel"), FILE.arrays.get("generator/conv/kernel")!.data);
  assertThrows(
    () => array("labels"),
    SafetensorsError,
    'Cannot read weights from "w.safetensors": expected F32, F16, BF16 or F64 in "labels", got U8',
  );
});

/** A file with this header text and this many bytes of arrays. */
function file(header: string, dataBytes: number, claimed = header.length): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(8 + header.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed), true);
  bytes.set(new TextEncoder().encode(header), 8);
  return bytes;
}

const entry = (dtype: string, shape: number[], ...data_offsets: number[]) => ({
  dtype,
  shape,
  data_offsets,
});

const DAMAGED: readonly [string, Uint8Array<ArrayBuffer>, string][] = [
  ["a file cut within the length", new Uint8Array(7), "expected at least 8 bytes, got 7"],
  ["a header past the end", file("{}", 0, 3), "its header claims 3 bytes, expected at most 2"],
  ["an absurd header", file("{}", 0, 2 ** 52), "its header claims 4503599627370496 bytes"],
  ["no JSON", file("{nope", 0), "its header is not JSON"],
  ["no object", file("[]", 0), "its header is not a JSON object"],
  ["metadata that is no text", file('{"__metadata__":{"a":1}}', 0), "is not text by name"],
  ["no entry", file('{"w":3}', 0), 'array "w": expected dtype, shape and data_offsets, got 3'],
  ["a negative offset", file(JSON.stringify({ w: entry("U8", [1], -1, 0) }), 0), 'array "w"'],
  [
    "a key that the format lacks",
    file(JSON.stringify({ w: { ...entry("U8", [0], 0, 0), x: 1 } }), 0),
    'array "w": expected dtype, shape and data_offsets',
  ],
  [
    "an unknown dtype",
    file(JSON.stringify({ w: entry("F8_E5M2", [1], 0, 1) }), 1),
    "expected dtype F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, got F8_E5M2",
  ],
  [
    "a shape that does not fit",
    file(JSON.stringify({ w: entry("F32", [2], 0, 4) }), 4),
    "F32 of shape [2] takes 8 bytes, but its offsets 0 … 4 hold 4",
  ],
  [
    "a shape past all bounds",
    file(JSON.stringify({ w: entry("F32", [2 ** 40, 2 ** 40], 0, 4) }), 4),
    "but its offsets 0 … 4 hold 4",
  ],
  [
    "a hole",
    file(JSON.stringify({ a: entry("U8", [1], 0, 1), b: entry("U8", [1], 2, 3) }), 3),
    'array "b" leaves a hole before it: expected offset 1, got 2',
  ],
  [
    "an overlap",
    file(JSON.stringify({ a: entry("U8", [2], 0, 2), b: entry("U8", [2], 1, 3) }), 3),
    'array "b" overlaps the one before it: expected offset 2, got 1',
  ],
  [
    "a file cut within the arrays",
    file(JSON.stringify({ a: entry("U8", [4], 0, 4) }), 3),
    "expected 4 bytes of arrays, got 3",
  ],
  [
    "bytes after the arrays",
    file(JSON.stringify({ a: entry("U8", [4], 0, 4) }), 5),
    "expected 4 bytes of arrays, got 5",
  ],
];

for (const [what, bytes, message] of DAMAGED) {
  Deno.test(`decodeSafetensors() refuses ${what}`, () => {
    const error = assertThrows(() => decodeSafetensors(bytes, "w.safetensors"), SafetensorsError);
    assertEquals((error as Error).message.includes(message), true, (error as Error).message);
    assertEquals((error as Error).message.includes('"w.safetensors"'), true);
  });
}
