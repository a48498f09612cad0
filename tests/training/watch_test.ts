import { assertEquals } from "@std/assert";
import { DiscriminatorWatch } from "../../src/training/watch.ts";

const scores = (onReal: number, onFake: number) => ({
  losses: {},
  scores: { "D(x)": onReal, "D(G(z))": onFake },
});
const WON = scores(0.999, 0.001);

/** The steps, from 1, at which it gave advice. */
function advisedAt(reports: ReturnType<typeof scores>[]): number[] {
  const watch = new DiscriminatorWatch();
  return reports.flatMap((report, i) => watch.observe(report) === null ? [] : [i + 1]);
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

Deno.test("DiscriminatorWatch advises after 50 steps won outright, once an episode", () => {
  assertEquals(advisedAt(times(49, WON)), []);
  assertEquals(advisedAt(times(200, WON)), [50]);
  assertEquals(advisedAt([...times(60, WON), scores(0.9, 0.001), ...times(60, WON)]), [50, 111]);
  assertEquals(advisedAt([...times(49, WON), scores(0.999, 0.02), ...times(49, WON)]), []);
});

Deno.test("DiscriminatorWatch says what it saw and what to do, and ignores trainers without scores", () => {
  const watch = new DiscriminatorWatch();
  const [message] = times(50, WON).map((report) => watch.observe(report)).slice(-1);
  assertEquals(
    message,
    "The discriminator has won outright for 50 steps: D(x) 0.9990, D(G(z)) 0.0010. If samples " +
      "stop improving, set labelSmoothing to 0.1, halve learningRate, or train on more pictures",
  );
  assertEquals(watch.observe({ losses: { generator: 1 }, scores: {} }), null);
});
