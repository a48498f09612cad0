import { assert, assertEquals } from "@std/assert";
import { ProgressReport } from "../../src/cli/progress_report.ts";
import type { RunEvent } from "../../src/core/protocol.ts";

const device = { backend: "cpu", name: "a processor", software: false, reason: "" } as const;
const started: RunEvent = { type: "started", step: 0, totalSteps: 100, resumed: false, device };
const step = (step: number): RunEvent => ({
  type: "step",
  step,
  losses: { discriminator: 1.25, generator: 0.75 },
  scores: { "D(x)": 0.5 },
  imagesPerSecond: 16,
});
const sample = (step: number): RunEvent => ({
  type: "sample",
  step,
  file: `samples/${String(step).padStart(6, "0")}.png`,
  sha256: "",
  ...{ width: 1, height: 1, columns: 1, rows: 1 },
});

/** A report on a screen of `columns`, with a clock that the test moves; `text` is what it wrote. */
function reportOn(columns: number | null) {
  const on = { time: 0, text: "" };
  const screen = { columns: () => columns, write: (text: string) => void (on.text += text) };
  return { on, report: new ProgressReport(screen, () => on.time) };
}

Deno.test("ProgressReport writes plain lines a few seconds apart, the first and last steps always", () => {
  const { on, report } = reportOn(null);
  report.event(started);
  for (let i = 1; i <= 100; i++) {
    on.time += 200;
    report.event(step(i));
  }
  report.event({ type: "finished", step: 100, reason: "completed" });
  const shown = on.text.trim().split("\n").map((line) => line.slice(0, 13));
  assertEquals(shown, [
    "step 0/100, t", // what is under way is said before the first step, however long that takes
    ...["step   1/100 ", "step  26/100 ", "step  51/100 ", "step  76/100 ", "step 100/100 "],
    "Finished: 100",
  ]);
  assert(!on.text.includes("\x1b") && !on.text.includes("\r"), "no control codes in a log");
});

Deno.test("ProgressReport notes samples in a log, at most one a second", () => {
  const { on, report } = reportOn(null);
  report.event(started);
  report.event(step(1));
  for (let i = 2; i <= 21; i++) {
    on.time += 100;
    report.event(step(i));
    report.event(sample(i));
  }
  const notes = on.text.split("\n").filter((line) => line.includes("sample"));
  assertEquals(notes.map((line) => line.slice(-25)), [
    "sample samples/000011.png",
    "sample samples/000021.png",
  ]);
});

Deno.test("ProgressReport draws a bar on a terminal, with warnings above it", () => {
  const { on, report } = reportOn(80);
  report.event(started);
  report.event(step(1));
  report.event({ type: "warning", step: 1, message: "D has won" });
  report.event({ type: "finished", step: 1, reason: "stopped" });
  const [waiting, bar, ...rest] = on.text.split("\r\x1b[J");
  assertEquals(waiting, "step 0/100, the first one under way");
  assert(bar!.startsWith("step   1/100  ╌") && bar!.length <= 79, bar);
  assert(rest[0]!.startsWith("warning at step 1: D has won\nstep   1/100"), rest[0]);
  assertEquals(rest.slice(1), ["Stopped after step 1 of 100, 1 step in 0 s\n"]);
});

Deno.test("ProgressReport shows preparation by its label and starts anew with the next", () => {
  const { on, report } = reportOn(null);
  for (let done = 0; done <= 100; done += 10) {
    report.preparing({ label: "Decoding", done, total: 100, unit: "images" });
    on.time += 1000;
  }
  report.preparing({ label: "Packing", done: 0, total: 5, unit: "bytes" });
  assertEquals(on.text.trim().split("\n"), [
    "Decoding: 0 of 100 images (0 %)",
    "Decoding: 50 of 100 images (50 %)",
    "Decoding: 100 of 100 images (100 %)",
    "Packing: 0 B of 5 B (0 %)",
  ]);
});
