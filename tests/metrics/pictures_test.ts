import { assertEquals, assertThrows } from "@std/assert";
import { assertPictures, pictureTensor } from "../../src/metrics/pictures.ts";
import { useDevice } from "./device.ts";
import { assertNear } from "./models/golden_models.ts";

const grey = { pixels: Float32Array.of(-1, 0.3, 1.5, 1), count: 1, size: 2, channels: 1 };
const colour = { pixels: Float32Array.of(1, -1, -1), count: 1, size: 1, channels: 3 };
const byte = (value: number) => Math.round((value + 1) * 127.5) / 127.5 - 1;

Deno.test("pictureTensor() rounds to bytes, clips, and takes grey for colour and colour for grey", async () => {
  await useDevice("cpu");
  const three = pictureTensor(grey, 0, 1, 3);
  assertEquals(three.shape, [1, 2, 2, 3]);
  assertNear(await three.data(), [-1, byte(0.3), 1, 1].flatMap((v) => [v, v, v]), 1e-6);
  const one = pictureTensor(colour, 0, 1, 1);
  assertEquals(one.shape, [1, 1, 1, 1]);
  assertNear(await one.data(), [0.299 - 0.587 - 0.114], 1e-6);
  three.dispose();
  one.dispose();
});

Deno.test("pictureTensor() takes a part of the batch", async () => {
  await useDevice("cpu");
  const four = { ...grey, count: 4, size: 1 };
  const part = pictureTensor(four, 1, 3, 1);
  assertEquals(part.shape, [2, 1, 1, 1]);
  assertNear(await part.data(), [byte(0.3), 1], 1e-6);
  part.dispose();
});

Deno.test("pictureTensor() names the image that has NaN", () => {
  const pixels = Float32Array.of(0, 0, NaN, 0);
  assertThrows(
    () => pictureTensor({ pixels, count: 4, size: 1, channels: 1 }, 0, 4, 3),
    RangeError,
    "Cannot embed image 2: expected numbers from -1 to 1, got NaN",
  );
});

Deno.test("assertPictures() refuses other channels and wrong lengths", () => {
  assertThrows(
    () => assertPictures({ ...grey, channels: 4 }, "lab"),
    RangeError,
    'Cannot embed images by "lab": expected 1 or 3 channels, got 4',
  );
  assertThrows(
    () => assertPictures({ ...grey, count: 2 }, "lab"),
    RangeError,
    "expected 2×2×2×1 values, got 4",
  );
});
