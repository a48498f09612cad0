import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { attributeNames, faceAttributes } from "../../../data/faces/attributes.ts";
import { Rng } from "../../../src/core/rng.ts";
import { heldOutFigures } from "../../../src/experiments/lab_extractor/held_out.ts";
import { Lessons } from "../../../src/experiments/lab_extractor/lessons.ts";
import { faceColumns, FAULTS } from "../../../src/experiments/lab_extractor/tasks.ts";
import { TexturePainter } from "../../../src/experiments/lab_extractor/textures.ts";

const options = { seed: 3, batch: 24, from: 0, to: 300, pool: 32 };

Deno.test("Lessons are the same for the same seed and go on", () => {
  const [one, same] = [new Lessons(options), new Lessons(options)];
  const first = one.next().value;
  assertEquals(same.next().value, first);
  const second = one.next().value;
  assertEquals(same.next().value, second);
  assert(second.pixels.some((v, i) => v !== first.pixels[i]));
});

Deno.test("a lesson's pictures are in range, and targets count where they are known", () => {
  const lessons = new Lessons(options);
  const { pixels, targets, weights, count } = lessons.next().value;
  assertEquals(pixels.length, count * 64 * 64 * 3);
  assertEquals(
    [targets.length, weights.length],
    [count, count].map((n) => n * lessons.tasks.length),
  );
  assert(pixels.every((v) => v >= -1 && v <= 1));
  assert(targets.every((v, i) => Number.isFinite(v) && (weights[i]! > 0 || v === 0)));
  const glasses = lessons.tasks.findIndex(({ name }) => name === "glasses");
  const faces = Array.from(
    { length: count },
    (_, i) => weights[i * lessons.tasks.length + glasses]!,
  );
  assert(faces.includes(0) && faces.includes(1), "expected faces and textures");
});

Deno.test("a lesson without severity has no faults, and its targets say so", () => {
  const lessons = new Lessons({ ...options, severity: 0 });
  const { targets } = lessons.next().value;
  const width = lessons.tasks.length;
  for (const fault of FAULTS) {
    const at = lessons.tasks.findIndex(({ name }) => name === fault);
    for (let i = at; i < targets.length; i += width) assertEquals(targets[i], 0);
  }
});

Deno.test("faceColumns() mirrors what has a side, and hides what cannot be seen", () => {
  const table = faceAttributes(1, 400);
  const columns = faceColumns(table);
  const values = (name: string) => table.find((each) => each.name === name)!.values;
  const column = (name: string) => columns.find((each) => each.name === name)!;
  assertAlmostEquals(
    column("yaw").valueOf(5, true, false),
    -column("yaw").valueOf(5, false, false),
  );
  assertEquals(column("age").valueOf(5, true, false), column("age").valueOf(5, false, false));
  assertEquals(column("lipstick").valueOf(5, false, true), NaN); // a grey picture has no red
  const bare = values("hat").indexOf(0);
  assertEquals(column("hatHueCos").valueOf(bare, false, false), NaN);
  const shut = values("eyesClosed").indexOf(1);
  assertEquals(column("gazeX").valueOf(shut, false, false), NaN);
  const [cos, sin] = ["clothesHueCos", "clothesHueSin"].map((n) =>
    column(n).valueOf(9, false, false)
  );
  assertAlmostEquals(cos! ** 2 + sin! ** 2, 2, 1e-5);
  assertEquals(columns.length, attributeNames.length + 3); // each of the three hues is two numbers
});

Deno.test("TexturePainter draws in range, and rougher noise where it says so", () => {
  const painter = new TexturePainter(64, 1);
  const rng = new Rng(4);
  const steps: [roughness: number, step: number][] = [];
  for (let i = 0; i < 40; i++) {
    const out = new Float32Array(64 * 64 * 3);
    const { roughness, grain } = painter.grain(rng, out, 0.2);
    assert(out.every((v) => v >= -1 && v <= 1));
    if (grain < 0.3) continue;
    let [near, all] = [0, 0];
    for (let at = 3; at < out.length; at += 3) {
      near += (out[at]! - out[at - 3]!) ** 2;
      all += out[at]! ** 2;
    }
    steps.push([roughness, near / all]);
  }
  const mean = (clouds: number) => {
    const of = steps.filter(([roughness]) => roughness === clouds).map(([, step]) => step);
    return of.reduce((a, b) => a + b, 0) / of.length;
  };
  assert(
    mean(0) > 2 * mean(0.5) && mean(0.5) > 2 * mean(1),
    `${mean(0)}, ${mean(0.5)}, ${mean(1)}`,
  );
});

Deno.test("heldOutFigures() are 1 for right answers, and a guess's for answers of nothing", () => {
  const lessons = new Lessons({ ...options, batch: 256, pool: 200 });
  const { value: lesson } = lessons.next();
  const { tasks } = lessons;
  const right = lesson.targets.map((v, i) =>
    tasks[i % tasks.length]!.kind === "binary" ? v - 0.5 : v
  );
  for (const figure of Object.values(heldOutFigures(tasks, lesson, right))) {
    assertAlmostEquals(figure, 1, 1e-6);
  }
  const none = heldOutFigures(tasks, lesson, new Float32Array(right.length));
  assertEquals(none.binaryAttributes, 0.5);
  for (const figure of [none.numericAttributes, none.faults, none.textures, none.tones]) {
    assert(figure <= 0, `got ${figure}`);
  }
});
