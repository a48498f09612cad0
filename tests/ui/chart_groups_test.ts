import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { chartGroups, curveData, verticalRange } from "../../ui/state/chart_groups.ts";
import { SeriesBuffer } from "../../ui/state/series_buffer.ts";

Deno.test("chartGroups() puts losses, scores and throughput together, and each metric by itself", () => {
  const groups = chartGroups([
    ...["images/s", "metric/psnr", "score/D(G(z))", "score/D(x)"],
    ...["loss/generator", "loss/discriminator", "metric/ssim"],
  ]);
  assertEquals(
    groups.map(({ title, curves }) => [title, ...curves.map(({ label }) => label)]),
    [
      ["Losses", "discriminator", "generator"],
      ["Discriminator scores", "D(x)", "D(G(z))"],
      ["Throughput", "images/s"],
      ["psnr", "psnr"],
      ["ssim", "ssim"],
    ],
  );
});

Deno.test("chartGroups() of networks that enlarge keeps apart what differs tenfold, and names it", () => {
  const titles = (names: readonly string[]) =>
    chartGroups(names).map(({ title, curves }) => [title, ...curves.map(({ label }) => label)]);
  assertEquals(
    titles([
      ...["images/s", "loss/content", "loss/discriminator", "loss/generator"],
      ...["score/D(G(z))", "score/D(x)"],
    ]),
    [
      ["Enlarging network’s loss", "content", "content and verdict"],
      ["Discriminator’s loss", "discriminator"],
      ["Discriminator scores", "D(x)", "D(G(LR))"],
      ["Throughput", "images/s"],
    ],
  );
  assertEquals(titles(["loss/l1", "images/s"])[0], [
    "Loss of pixels",
    "mean absolute difference, of pixels from −1 to 1",
  ]);
});

Deno.test("chartGroups() gives the generator the accent, and no two curves of a chart one tone", () => {
  for (
    const names of [["loss/generator", "loss/discriminator"], ["loss/generator", "loss/content"]]
  ) {
    const [losses] = chartGroups(names);
    const tones = new Map(losses!.curves.map(({ name, tone }) => [name, tone]));
    assertEquals(tones.get("loss/generator"), "accent");
    assertEquals(new Set(tones.values()).size, 2);
  }
});

Deno.test("curveData() leaves out what a logarithmic scale cannot show", () => {
  const buffer = new SeriesBuffer();
  [1, 0, -2, 3].forEach((loss, i) => buffer.append(i + 1, { loss }));
  assertEquals(curveData(buffer, "loss", 0, true).mean, [1, null, null, 3]);
  assertEquals(curveData(buffer, "loss", 0, false).mean, [1, 0, -2, 3]);
  assertEquals(curveData(buffer, "none", 0, false).mean, [null, null, null, null]);
});

Deno.test("verticalRange() holds the curves whole, and a spike as far as it leaves them readable", () => {
  const flat = { mean: [1, 2], smooth: [1, 2], min: [1, 2], max: [1, 1000] };
  const [bottom, top] = verticalRange([flat], 0, 1, false)!;
  assert(bottom < 1 && bottom > 0.5, `bottom ${bottom}`);
  assertAlmostEquals(top, 2.54, 1e-9);
  assertEquals(verticalRange([{ ...flat, mean: [null, null], smooth: [] }], 0, 1, false), null);
});

Deno.test("verticalRange() of a constant curve has a height, on either scale", () => {
  const column = { mean: [2], smooth: [2], min: [2], max: [2] };
  for (const log of [false, true]) {
    const [bottom, top] = verticalRange([column], 0, 0, log)!;
    assert(bottom < 2 && top > 2 && (!log || bottom > 0), `${bottom} to ${top}`);
  }
});
