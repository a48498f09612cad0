import { assertEquals } from "@std/assert";
import type { HealthFinding, RunMetrics } from "../../src/core/protocol.ts";
import { balanceWords, diversityTrace, gapTrace, thinned, traceOf } from "../../ui/state/health.ts";
import { SeriesBuffer } from "../../ui/state/series_buffer.ts";

const balance = (onReal: number, onFake: number) => ({
  ...{ onReal, onFake, steps: 100, discriminatorLoss: 1, generatorLoss: 1 },
});

Deno.test("balanceWords() goes by D(x) − D(G(z))", () => {
  assertEquals(balanceWords(balance(0.6, 0.7)), "Generator far ahead");
  assertEquals(balanceWords(balance(0.55, 0.45)), "Even");
  assertEquals(balanceWords(balance(0.68, 0.32)), "Discriminator ahead");
  assertEquals(balanceWords(balance(0.95, 0.05)), "Discriminator far ahead");
});

function buffer(): SeriesBuffer {
  const filled = new SeriesBuffer();
  filled.append(1, { "score/D(x)": 0.75, "score/D(G(z))": 0.25, "loss/generator": 2 });
  filled.append(2, { "score/D(x)": 0.5, "loss/generator": 3 });
  return filled;
}
const METRICS: RunMetrics = {
  metrics: { "sample-diversity": { steps: [0, 50], values: [0.1, 0.8], better: "higher" } },
  best: null,
};

Deno.test("traceOf() gives the values that a finding is about", () => {
  const finding = (rule: HealthFinding["rule"]): HealthFinding => ({
    ...{ rule, since: 1, until: null, title: "", evidence: [], advice: "" },
  });
  const trace = (rule: HealthFinding["rule"], quantity: string) =>
    traceOf(finding(rule), { quantity, value: 1, bound: 0, side: "above" }, buffer(), METRICS);
  assertEquals(trace("collapse", "sample diversity")?.values, [0.1, 0.8]);
  assertEquals(trace("divergence", "mean generator loss")?.values, [2, 3]);
  assertEquals(trace("divergence", "mean discriminator loss"), null);
  assertEquals(trace("discriminator-won", "share")?.values, [0.5, null]);
});

Deno.test("traces are null where a run has no such values", () => {
  assertEquals([gapTrace(new SeriesBuffer()), diversityTrace(null)], [null, null]);
  assertEquals(diversityTrace({ metrics: {}, best: null }), null);
});

Deno.test("thinned() gives means of neighbours and keeps the last step", () => {
  const steps = [1, 2, 3, 4, 5, 6, 7];
  const trace = { steps, values: [1, 3, null, null, 5, null, 7] };
  assertEquals(thinned(trace, 10), trace);
  assertEquals(thinned(trace, 4), { steps: [2, 4, 6, 7], values: [2, null, 5, 7] });
});
