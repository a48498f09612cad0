import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Plane, resizeBicubic } from "../../src/core/bicubic.ts";
import golden from "../golden/super_resolution.json" with { type: "json" };
import { wavyPicture } from "../metrics/fidelity/pictures.ts";

function planeOf(width: number, height: number): Plane {
  const { pixels } = wavyPicture(width, height, 0);
  return { values: Float32Array.from(pixels), width, height, channels: 3 };
}

for (const { width, height, scale, shape, values } of golden.resized) {
  Deno.test(`resizeBicubic() equals the dense matrices on ${width}×${height} by ${scale}`, () => {
    const resized = resizeBicubic(planeOf(width, height), scale);
    assertEquals([resized.height, resized.width, resized.channels], shape);
    values.forEach((value, i) => assertAlmostEquals(resized.values[i * 7]!, value, 1e-3));
  });
}

Deno.test("resizeBicubic() keeps a flat picture flat, and a picture of scale 1 as it is", () => {
  const flat: Plane = { values: new Float32Array(35).fill(77), width: 7, height: 5, channels: 1 };
  for (const scale of [1 / 4, 1 / 3, 0.9, 2, 4]) {
    assert(resizeBicubic(flat, scale).values.every((value) => Math.abs(value - 77) < 1e-4));
  }
  const plane = planeOf(9, 8);
  assertEquals(resizeBicubic(plane, 1).values, plane.values);
});

Deno.test("resizeBicubic() refuses a scale or a picture that is none", () => {
  assertThrows(
    () => resizeBicubic(planeOf(4, 4), 0),
    RangeError,
    "expected a positive scale, got 0",
  );
  const empty = { values: new Float32Array(), width: 0, height: 3, channels: 1 };
  assertThrows(() => resizeBicubic(empty, 2), RangeError, "0×3×1");
});
