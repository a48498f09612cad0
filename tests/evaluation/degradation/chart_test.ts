import { assert, assertEquals, assertThrows } from "@std/assert";
import { climbLines } from "../../../src/cli/climb_table.ts";
import { degradationChart } from "../../../src/evaluation/degradation/chart.ts";
import { type Climb, rising } from "../../../src/evaluation/degradation/study.ts";

const climb = (name: string, ...sets: number[][]): Climb => ({
  name,
  unit: "amount <of it>",
  amounts: [0.5, 2],
  rises: sets.map((distances, i) => ({ seed: i + 1, distances, rises: rising(distances) })),
});

const STUDIES = [
  {
    name: "faces & co",
    climbs: [climb("blur", [1, 2, 30], [1.1, 2.5, 31]), climb("jpeg", [1, 1.5, 4])],
  },
  { name: "other", climbs: [climb("blur", [0.5, 5, 6]), climb("jpeg", [0.5, 0.4, 9.87654])] },
];

Deno.test("degradationChart() draws a line for every set and seed, higher for more", () => {
  const svg = degradationChart(STUDIES, "lab", "light");
  const lines = [...svg.matchAll(/<polyline points="([^"]+)"/g)].map(([, points]) => points!);
  assertEquals(lines.length, 5);
  const heights = (line: string) => line.split(" ").map((point) => -Number(point.split(",")[1]));
  assert(rising(heights(lines[0]!)), lines[0]);
  assertEquals(rising(heights(lines.at(-1)!)), false); // 0.5 falls to 0.4
  for (const line of lines) {
    assert(heights(line).every((height) => height <= 0 && height >= -170), line);
  }
  assert(
    svg.includes("faces &amp; co") && svg.includes("amount &lt;of it>"),
    "expected escaped text",
  );
  assert(svg !== degradationChart(STUDIES, "lab", "dark"));
});

Deno.test("degradationChart() refuses what has no logarithm", () => {
  const ruined = [{ name: "x", climbs: [climb("blur", [0, 1, 2])] }];
  assertThrows(
    () => degradationChart(ruined, "lab", "dark"),
    RangeError,
    'Cannot draw "x": expected distances above 0, got 0',
  );
});

Deno.test("climbLines() prints distances to four digits and says which fall", () => {
  assertEquals(climbLines(STUDIES[1]!), [
    "other: blur (amount <of it>)",
    "SEED  untouched  0.5  2",
    "   1        0.5    5  6  rises",
    "",
    "other: jpeg (amount <of it>)",
    "SEED  untouched  0.5      2",
    "   1        0.5  0.4  9.877  FALLS",
    "",
  ]);
});
