import { assert, assertEquals } from "@std/assert";
import {
  bar,
  bytes,
  duration,
  Pace,
  preparationBar,
  preparationLine,
  trainingBar,
  trainingLine,
} from "../../src/cli/progress.ts";

const training = {
  step: 120,
  totalSteps: 3000,
  losses: { discriminator: 1.386294, generator: 0.693147 },
  scores: { "D(x)": 0.514, "D(G(z))": 0.487 },
  imagesPerSecond: 53.4,
  secondsLeft: 432,
};
const preparation = {
  label: "Drawing faces",
  done: 5000,
  total: 20000,
  unit: "images",
  secondsLeft: 15,
};

Deno.test("trainingBar() shows what fits, the step first and the scores last", () => {
  assertEquals(trainingBar(training, 40), "step  120/3000  ╌╌╌╌╌╌╌╌  ETA 7 min 12 s");
  assertEquals(
    trainingBar(training, 80),
    "step  120/3000  ━╌╌╌╌╌╌╌╌╌╌╌╌  loss D 1.386 G 0.693  53 images/s  ETA 7 min 12 s",
  );
  assertEquals(
    trainingBar(training, 120),
    "step  120/3000  ━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  loss D 1.386 G 0.693  D(x) 0.51  D(G(z)) 0.49  53 images/s  ETA 7 min 12 s",
  );
});

Deno.test("trainingBar() and preparationBar() never exceed the width", () => {
  for (let width = 0; width <= 200; width++) {
    for (const step of [0, 1, 2999, 3000]) {
      const line = trainingBar({ ...training, step }, width);
      assert([...line].length <= width, `${line.length} > ${width}: "${line}"`);
    }
    assert([...preparationBar(preparation, width)].length <= width);
  }
});

Deno.test("trainingBar() needs no losses, scores, pace or steps", () => {
  const empty = { losses: {}, scores: {}, imagesPerSecond: 0, secondsLeft: null };
  assertEquals(
    trainingBar({ ...empty, step: 0, totalSteps: 0 }, 40),
    "step 0/0  ━━━━━━━━━━━━━━━━  0.0 images/s",
  );
});

Deno.test("trainingLine() keeps everything", () => {
  assertEquals(
    trainingLine(training),
    "step  120/3000  loss D 1.3863 G 0.6931  D(x) 0.51  D(G(z)) 0.49  53 images/s  ETA 7 min 12 s",
  );
});

Deno.test("preparationBar() and preparationLine() count in the unit given", () => {
  assertEquals(preparationBar(preparation, 40), "Drawing faces  ━━━━╌╌╌╌╌╌╌╌╌╌╌  ETA 15 s");
  assertEquals(
    preparationBar(preparation, 80),
    "Drawing faces  ━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌   5,000 of 20,000 images  ETA 15 s",
  );
  assertEquals(preparationLine(preparation), "Drawing faces: 5,000 of 20,000 images (25 %)");
  assertEquals(
    preparationLine({ ...preparation, label: "Fetching", unit: "bytes", done: 5e6, total: 26.4e6 }),
    "Fetching: 5.0 MB of 26.4 MB (18 %)",
  );
});

Deno.test("bar() is empty at 0, full at 1 and clamps", () => {
  assertEquals(bar(0, 4), "╌╌╌╌");
  assertEquals(bar(0.5, 4), "━━╌╌");
  assertEquals(bar(7, 4), "━━━━");
});

Deno.test("duration() and bytes() choose their units", () => {
  const times = [0.4, 59.4, 59.6, 130, 3599.7, 11_100, 187_200].map(duration);
  assertEquals(times, [
    ...["0 s", "59 s", "1 min 00 s", "2 min 10 s", "1 h 00 min", "3 h 05 min", "2 d 4 h"],
  ]);
  const sizes = [0, 999, 1000, 99_940, 99_960, 999_600, 3.2e9].map(bytes);
  assertEquals(sizes, ["0 B", "999 B", "1.0 kB", "99.9 kB", "100 kB", "1.0 MB", "3.2 GB"]);
});

Deno.test("Pace tells the time left from the last marks, and nothing before two", () => {
  const pace = new Pace();
  assertEquals(pace.secondsLeft(100), null);
  pace.mark(0, 0);
  assertEquals(pace.secondsLeft(100), null);
  pace.mark(10, 5000);
  assertEquals(pace.secondsLeft(100), 45);
  for (let i = 0; i < 64; i++) pace.mark(11 + i, 100_000 + i * 1000); // the slow start is forgotten
  assertEquals(pace.secondsLeft(100), 26);
});
