import { assertEquals } from "@std/assert";
import {
  firstPanels,
  formatPanels,
  moved,
  nearestStep,
  parsePanels,
  placeAmong,
  resolveRun,
  unionOfSteps,
} from "../../../ui/state/compare/panels.ts";

Deno.test("parsePanels() and formatPanels() are each other's inverse", () => {
  const text = "a@500,b@best,latest,c";
  const panels = parsePanels(text);
  assertEquals(panels, [
    { run: "a", step: 500 },
    { run: "b", step: "best" },
    { run: "latest", step: null },
    { run: "c", step: null },
  ]);
  assertEquals(formatPanels(panels), text);
});

Deno.test("parsePanels() leaves out what is no address, seeds, and what comes after the fourth", () => {
  assertEquals(parsePanels(""), []);
  assertEquals(parsePanels("a,,@7,b@x,c@5#3"), [{ run: "a", step: null }, { run: "c", step: 5 }]);
  assertEquals(parsePanels("a,b,c,d,e").length, 4);
});

Deno.test("resolveRun() takes an id, its beginning or end if no other has it, and latest", () => {
  const ids = ["20260101-faces-aaaa", "20260102-faces-bbbb", "20260102-smiles-cccc"];
  assertEquals(resolveRun("20260102-faces-bbbb", ids), "20260102-faces-bbbb");
  assertEquals(resolveRun("bbbb", ids), "20260102-faces-bbbb");
  assertEquals(resolveRun("20260101", ids), "20260101-faces-aaaa");
  assertEquals(resolveRun("20260102", ids), null);
  assertEquals(resolveRun("latest", ids), "20260102-smiles-cccc");
  assertEquals([resolveRun("nobody", ids), resolveRun("latest", [])], [null, null]);
});

Deno.test("nearestStep() snaps to the nearest, the earlier of two, and without a wish to the newest", () => {
  const steps = [500, 1000, 2000];
  assertEquals([0, 700, 750, 751, 9000].map((wanted) => nearestStep(steps, wanted)), [
    ...[500, 500, 500, 1000, 2000],
  ]);
  assertEquals([nearestStep(steps, null), nearestStep([], 5), nearestStep([], null)], [
    ...[2000, null, null],
  ]);
});

Deno.test("unionOfSteps() has every step once, rising; placeAmong() puts any step between them", () => {
  const stops = unionOfSteps([[500, 1000], [], [250, 1000, 4000]]);
  assertEquals(stops, [250, 500, 1000, 4000]);
  const places = [100, 250, 375, 500, 1000, 2500, 4000, 9000].map((step) =>
    placeAmong(stops, step)
  );
  assertEquals(places, [0, 0, 0.5 / 3, 1 / 3, 2 / 3, 2.5 / 3, 1, 1]);
  assertEquals(placeAmong([500], 500), 0);
});

Deno.test("moved() changes places with a neighbour, and nothing at the ends", () => {
  assertEquals(moved(["a", "b", "c"], 1, -1), ["b", "a", "c"]);
  assertEquals(moved(["a", "b", "c"], 1, 1), ["a", "c", "b"]);
  assertEquals(moved(["a", "b"], 0, -1), ["a", "b"]);
  assertEquals(moved(["a", "b"], 1, 1), ["a", "b"]);
});

Deno.test("firstPanels() takes the two newest runs with checkpoints, or one run's first and newest", () => {
  const [empty, one, two] = [
    { id: "c", steps: [] },
    { id: "b", steps: [100, 200] },
    { id: "a", steps: [50] },
  ];
  assertEquals(firstPanels([empty, one, two]), [
    { run: "b", step: null },
    { run: "a", step: null },
  ]);
  assertEquals(firstPanels([one]), [{ run: "b", step: 100 }, { run: "b", step: null }]);
  assertEquals(firstPanels([two]), [{ run: "a", step: null }]);
  assertEquals(firstPanels([empty]), []);
});
