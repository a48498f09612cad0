/**
 * The rules on real histories: of a sound training and of ones broken on purpose, made by
 * tests/golden/health_histories.ts. The bounds were set with these and with whole runs on UTKFace at 32
 * and 64 pixels, SMILEs and the embedded faces (5,000 to 8,000 steps), none of which gives an alarm.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { evidenceText, findingText, HEALTH_WINDOW, HealthWatch } from "../../src/core/health.ts";
import type { HealthFinding, HealthRule } from "../../src/core/protocol.ts";
import type { HealthHistory } from "../golden/health_histories.ts";

const histories: Record<string, HealthHistory> = JSON.parse(
  Deno.readTextFileSync(new URL("../golden/health_histories.json", import.meta.url)),
);

function report(discriminator: number, generator: number, onReal: number, onFake: number) {
  return {
    losses: { discriminator, generator },
    scores: { "D(x)": onReal, "D(G(z))": onFake },
  };
}
const SOUND = report(0.8, 2, 0.7, 0.3);
const WON = report(0.001, 7, 0.999, 0.001);

/** Takes steps that all report the same. Returns the steps at which alarms were given. */
function repeat(watch: HealthWatch, figures: typeof SOUND, from: number, to: number): number[] {
  const alarms: number[] = [];
  for (let step = from; step <= to; step++) {
    if (watch.observe(step, figures).length > 0) alarms.push(step);
  }
  return alarms;
}

interface Alarm {
  readonly at: number;
  readonly finding: HealthFinding;
}

function alarmsOf({ steps, diversity }: HealthHistory): { watch: HealthWatch; alarms: Alarm[] } {
  const watch = new HealthWatch();
  const samples = new Map(diversity);
  const alarms = steps.flatMap((figures, i) => {
    const at = i + 1;
    const sample = samples.get(at);
    return [
      ...watch.observe(at, report(...figures)),
      ...(sample === undefined ? [] : watch.observeDiversity(at, sample)),
    ].map((finding) => ({ at, finding }));
  });
  return { watch, alarms };
}

const rulesOf = (alarms: readonly Alarm[]) => alarms.map(({ finding }) => finding.rule).toSorted();

Deno.test("HealthWatch gives no alarm in trainings that go well", () => {
  for (const name of ["sound", "six times the learning rate"]) {
    assertEquals(alarmsOf(histories[name]!).alarms, [], name);
  }
});

const BROKEN: readonly [name: string, rules: readonly HealthRule[]][] = [
  ["100 times the learning rate", ["collapse", "discriminator-won", "divergence"]],
  ["learning rate 1", ["collapse", "discriminator-won", "divergence"]],
  ["beta1 0.99", ["discriminator-won"]],
  ["a feeble discriminator", ["discriminator-lost", "divergence"]],
  ["eight generator updates to one", ["discriminator-lost"]],
];

for (const [name, rules] of BROKEN) {
  Deno.test(`HealthWatch gives the alarm: ${name}`, () => {
    const { watch, alarms } = alarmsOf(histories[name]!);
    assertEquals(rulesOf(alarms), rules);
    const { findings } = watch.health;
    assertEquals(findings.map(({ until }) => until), rules.map(() => null), "they last");
    for (const { at, finding } of alarms) {
      assert(finding.since > 0 && finding.since <= at, `since ${finding.since}, told at ${at}`);
      for (const { value, bound, side } of finding.evidence) {
        assert(side === "above" ? value > bound : value < bound, findingText(finding));
      }
    }
  });
}

Deno.test("HealthWatch judges means of 100 steps, none of the first 100", () => {
  const watch = new HealthWatch();
  assertEquals(repeat(watch, WON, 1, 199), []);
  assertEquals(repeat(watch, WON, 200, 400), [200], "once an episode");
  assertEquals(watch.health.findings[0]!.since, 101);
});

Deno.test("HealthWatch ends an episode where the figures are well again, and tells of a second", () => {
  const watch = new HealthWatch();
  repeat(watch, SOUND, 1, 300);
  assertEquals(repeat(watch, WON, 301, 400), [341], "above 0.4 of 100 steps");
  assertEquals(watch.health.findings.map(({ since, until }) => [since, until]), [[242, null]]);
  repeat(watch, SOUND, 401, 500); // at step 480, 20 of the last 100 were won
  assertEquals(watch.health.findings.map(({ since, until }) => [since, until]), [[242, 480]]);
  assertEquals(repeat(watch, WON, 501, 600), [541]);
  assertEquals(watch.health.findings.length, 2);
});

Deno.test("HealthWatch says what it saw, and what to do about it", () => {
  const watch = new HealthWatch();
  const [finding] = Array.from({ length: 200 }, (_, i) => watch.observe(i + 1, WON)).flat();
  assertEquals(
    findingText(finding!),
    "The discriminator wins outright since step 101: share of steps with D(x) above 0.99 and " +
      "D(G(z)) below 0.01 1, alarm above 0.4. The generator has nothing left to learn from. If " +
      "samples stop improving, set labelSmoothing to 0.1, halve learningRate, or train on more " +
      "pictures",
  );
  const figure = { quantity: "mean generator loss", value: 206.123, bound: 12, side: "above" };
  assertEquals(
    evidenceText({ ...figure, side: "above" }),
    "mean generator loss 206, alarm above 12",
  );
});

Deno.test("HealthWatch notices a collapse by two samples under half of the best", () => {
  const watch = new HealthWatch();
  const told = [0.1, 0.6, 0.9, 0.4, 0.9, 0.44, 0.3, 0.2].map((value, i) =>
    watch.observeDiversity(100 * i, value)
  );
  assertEquals(told.map((findings) => findings.length), [0, 0, 0, 0, 0, 0, 1, 0]);
  const [finding] = watch.health.findings;
  assertEquals([finding!.rule, finding!.since, finding!.until], ["collapse", 500, null]);
  assertMatch(findingText(finding!), /diversity, 0\.9 at best, 0\.2, alarm below 0\.45/);
  assertEquals(watch.health.diversity, { step: 700, value: 0.2, best: 0.9 });
  watch.observeDiversity(800, 0.5); // not yet well
  assertEquals(watch.health.findings[0]!.until, null);
  watch.observeDiversity(900, 0.6);
  assertEquals(watch.health.findings[0]!.until, 900);
});

Deno.test("HealthWatch waits 1,000 steps for samples that do not begin to differ", () => {
  const watch = new HealthWatch();
  const steps = Array.from({ length: 16 }, (_, i) => 100 * i);
  const told = steps.filter((step) => watch.observeDiversity(step, 0.1).length > 0);
  assertEquals([told, watch.health.findings[0]!.since], [[1100], 1000]);
});

Deno.test("HealthWatch's balance is the mean of the last steps, whatever came before", () => {
  const watch = new HealthWatch();
  assertEquals(watch.health.balance, null);
  repeat(watch, report(1e30, 1e30, 1, 0), 1, 10);
  repeat(watch, SOUND, 11, 10 + HEALTH_WINDOW);
  const { balance } = watch.health;
  assertEquals(balance!.steps, HEALTH_WINDOW);
  assertEquals(Number(balance!.generatorLoss.toFixed(6)), 2);
});

Deno.test("HealthWatch has nothing to say of trainings that are no GAN's", () => {
  const watch = new HealthWatch();
  for (let step = 1; step <= 300; step++) {
    assertEquals(watch.observe(step, { losses: { generator: 1e9 }, scores: {} }), []);
  }
  assertEquals(watch.health, { step: 300, balance: null, diversity: null, findings: [] });
});

Deno.test("HealthWatch advises networks that enlarge in their own terms", () => {
  const advice = (losses: Record<string, number>) => {
    const watch = new HealthWatch();
    const figures = { ...WON, losses: { ...WON.losses, ...losses } };
    repeat(watch, figures, 1, 400);
    return watch.health.findings.find(({ rule }) => rule === "discriminator-won")?.advice ?? "";
  };
  assertMatch(advice({}), /labelSmoothing/);
  assertMatch(advice({ content: 0.1 }), /textures.*fewer feature maps/);
});
