import { assert, assertEquals, assertThrows } from "@std/assert";
import { drawFactors, type FaceFactors, FACES, openFaces, renderFace } from "../../data/faces.ts";
import { sha256Hex } from "../../src/core/fs.ts";
import { toByte } from "../../src/core/images.ts";

function picture(factors: FaceFactors, size: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(size * size * 3);
  renderFace(factors, size, out);
  return out;
}

/** A plain face that looks straight ahead, with some factors replaced. */
function plain(changes: Partial<FaceFactors> = {}): FaceFactors {
  const upright = { yaw: 0, roll: 0, light: 30, hairStyle: 2, fringe: 0, gazeX: 0, gazeY: 0 };
  const bare = { glasses: 0, hat: 0, beard: 0, moustache: 0, earrings: 0, eyesClosed: 0 };
  return { ...drawFactors(1, 0), ...upright, ...bare, ...changes };
}

/** Where two pictures differ by more than a byte's step, in [0, 1] of the side, and how much. */
function change(a: FaceFactors, b: FaceFactors, size = 64) {
  const [before, after] = [picture(a, size), picture(b, size)];
  const box = { left: 1, top: 1, right: 0, bottom: 0, mean: 0 };
  for (let i = 0; i < before.length; i++) {
    const difference = Math.abs(after[i]! - before[i]!);
    box.mean += difference / before.length;
    if (difference <= 1 / 127.5) continue;
    const x = Math.floor(i / 3) % size;
    const y = Math.floor(i / 3 / size);
    box.left = Math.min(box.left, x / size);
    box.right = Math.max(box.right, (x + 1) / size);
    box.top = Math.min(box.top, y / size);
    box.bottom = Math.max(box.bottom, (y + 1) / size);
  }
  return box;
}

Deno.test("drawFactors() gives the same face for the same seed and index, and others otherwise", () => {
  assertEquals(drawFactors(7, 123), drawFactors(7, 123));
  assert(drawFactors(7, 123).yaw !== drawFactors(8, 123).yaw);
  assert(drawFactors(7, 123).yaw !== drawFactors(7, 124).yaw);
  assert(
    drawFactors(7, 123).yaw !== drawFactors(7 + 2 ** 32, 123).yaw,
    "high bits of the seed count",
  );
});

// The digest is of bytes, not of floats: a last-bit difference in an engine's sine or power moves a
// float by about 1e-7 at most, and one byte of these 37,000 then flips with odds below one in a hundred.
// Pictures that change must come with a new RENDERER_VERSION, and then with a new digest here.
Deno.test("renderFace() draws the pictures that renderer version 1 draws", async () => {
  const bytes = new Uint8Array(3 * 64 * 64 * 3);
  for (let index = 0; index < 3; index++) {
    bytes.set(Uint8Array.from(picture(drawFactors(1, index), 64), toByte), index * 64 * 64 * 3);
  }
  assertEquals(
    await sha256Hex(bytes),
    "bb3adf703b0e86617e2f89b1fb8ec78c5945cca983956b5f10400322d82e272f",
  );
});

Deno.test("renderFace() does not depend on what was drawn before", () => {
  const before = picture(drawFactors(1, 5), 48);
  for (let index = 0; index < 20; index++) {
    picture(drawFactors(2, index), index % 2 === 0 ? 48 : 33);
  }
  assertEquals(picture(drawFactors(1, 5), 48), before);
});

Deno.test("renderFace() fills every size from 16 to 256 with values in [-1, 1]", () => {
  for (const size of [16, 17, 31, 50, 64, 99, 255, 256]) {
    for (let index = 0; index < (size < 100 ? 40 : 6); index++) {
      const out = new Float32Array(size * size * 3).fill(NaN);
      renderFace(drawFactors(3, index), size, out);
      assert(out.every((value) => value >= -1 && value <= 1), `face ${index} at ${size} pixels`);
    }
  }
});

Deno.test("renderFace() at 128 pixels averages to what it draws at 64", () => {
  let mean = 0;
  const faces = 30;
  for (let index = 0; index < faces; index++) {
    const factors = drawFactors(4, index);
    const [small, large] = [picture(factors, 64), picture(factors, 128)];
    for (let i = 0; i < small.length; i++) {
      const channel = i % 3;
      const x = Math.floor(i / 3) % 64;
      const y = Math.floor(i / 3 / 64);
      const at = (row: number, column: number) =>
        large[((2 * y + row) * 128 + 2 * x + column) * 3 + channel]!;
      const average = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
      mean += Math.abs(average - small[i]!) / (small.length * faces);
    }
  }
  assert(mean < 0.008, `expected a mean difference under 0.008, got ${mean}`);
});

Deno.test("renderFace() refuses sizes and buffers that do not fit", () => {
  const factors = drawFactors(1, 0);
  for (const size of [15, 257, 64.5, NaN]) {
    assertThrows(
      () => renderFace(factors, size, new Float32Array(3)),
      RangeError,
      `expected a size of 16 to 256 whole pixels, got ${size}`,
    );
  }
  assertThrows(
    () => renderFace(factors, 16, new Float32Array(5)),
    RangeError,
    "expected room for 768 values, got 5",
  );
});

/** Each factor's toggle, and the part of the picture [left, top, right, bottom] that it may change. */
const REGIONS: readonly [string, Partial<FaceFactors>, [number, number, number, number]][] = [
  ["glasses", { glasses: 1 }, [0.2, 0.36, 0.8, 0.66]],
  ["eyesClosed", { eyesClosed: 1 }, [0.25, 0.38, 0.75, 0.62]],
  ["gazeX", { gazeX: 1 }, [0.25, 0.38, 0.75, 0.62]],
  ["beard", { beard: 1 }, [0.15, 0.45, 0.85, 0.98]],
  ["moustache", { moustache: 1 }, [0.3, 0.6, 0.7, 0.78]],
  ["hat", { hat: 1 }, [0, 0, 1, 0.55]],
  ["earrings", { earrings: 1 }, [0.1, 0.5, 0.9, 0.72]],
  ["smiling", { smiling: 1, smile: 1 }, [0.25, 0.44, 0.75, 0.85]],
  ["mouthOpen", { mouthOpen: 1, mouthOpening: 1 }, [0.3, 0.6, 0.7, 0.85]],
  ["neckline", { neckline: 2 }, [0, 0.7, 1, 1]],
];

for (const [name, toggle, [left, top, right, bottom]] of REGIONS) {
  Deno.test(`renderFace() lets ${name} change its own region visibly and nothing elsewhere`, () => {
    const calm = plain({ smiling: 0, smile: -0.4, mouthOpen: 0, mouthOpening: 0, neckline: 0 });
    const box = change(calm, { ...calm, ...toggle });
    assert(box.mean > 5e-4, `mean difference ${box.mean}`);
    assert(
      box.left >= left && box.top >= top && box.right <= right && box.bottom <= bottom,
      `changed ${JSON.stringify(box)}`,
    );
  });
}

Deno.test("renderFace() lights the side that light names and turns the face to where yaw says", () => {
  /** The brightness of the right half over that of the left, within the head. */
  const balance = (factors: FaceFactors) => {
    const out = picture(factors, 64);
    let sum = 0;
    for (let y = 20; y < 44; y++) {
      for (let x = 18; x < 46; x++) sum += (x < 32 ? -1 : 1) * out[(y * 64 + x) * 3]!;
    }
    return sum;
  };
  assert(balance(plain({ light: 50 })) > balance(plain({ light: -50 })) + 20);
  const eyes = (yaw: number) =>
    change(plain({ yaw, eyesClosed: 0 }), plain({ yaw, eyesClosed: 1 }));
  assert(eyes(20).left > eyes(0).left + 0.03 && eyes(-20).right < eyes(0).right - 0.03);
});

Deno.test("openFaces() reads the face of its seed and index", () => {
  using faces = openFaces({ size: 32, seed: 9 });
  const out = new Float32Array(32 * 32 * 3);
  faces.read(FACES - 1, out);
  assertEquals(out, picture(drawFactors(9, FACES - 1), 32));
  assertEquals([faces.info.name, faces.length, faces.size, faces.channels], [
    "faces",
    FACES,
    32,
    3,
  ]);
});

Deno.test("openFaces() gives luminance for one channel", () => {
  using grey = openFaces({ size: 16, channels: 1, seed: 9 });
  const out = new Float32Array(16 * 16);
  grey.read(3, out);
  const colour = picture(drawFactors(9, 3), 16);
  out.forEach((value, i) => {
    const [red, green, blue] = [colour[3 * i]!, colour[3 * i + 1]!, colour[3 * i + 2]!];
    assert(Math.abs(value - (0.299 * red + 0.587 * green + 0.114 * blue)) < 1e-6);
  });
  assertEquals(grey.info.channels, 1);
});

Deno.test("openFaces() tells datasets apart by seed, size and channels", () => {
  const prints = [
    openFaces({ size: 32, seed: 1 }),
    openFaces({ size: 32, seed: 2 }),
    openFaces({ size: 64, seed: 1 }),
    openFaces({ size: 32, seed: 1, channels: 1 }),
  ].map((faces) => faces.info.fingerprint);
  assertEquals(new Set(prints).size, 4);
  assertEquals(openFaces({ size: 32, seed: 1 }).info.fingerprint, prints[0]);
});

Deno.test("openFaces() refuses what it cannot draw", () => {
  using faces = openFaces({ size: 16, seed: 1 });
  const out = new Float32Array(16 * 16 * 3);
  for (const index of [-1, FACES, 1.5, NaN]) {
    assertThrows(
      () => faces.read(index, out),
      RangeError,
      `expected an index of 0 to 49999, got ${index}`,
    );
  }
  assertThrows(() => openFaces({ size: 8, seed: 1 }), RangeError, "got 8");
  assertThrows(() => openFaces({ size: 16, seed: -1 }), RangeError, "expected a seed of 0 to");
  using grey = openFaces({ size: 16, seed: 1, channels: 1 });
  assertThrows(() => grey.read(0, out), RangeError, "expected room for 256 values, got 768");
});
