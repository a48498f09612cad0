import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { decodeWhole, pairOf } from "../../data/pairs/decode.ts";
import { enlargeWhole, evaluatePair, meanFigures } from "../../src/evaluation/enlargement.ts";
import { openEnlarger } from "../../src/runs/open_enlarger.ts";
import { RunStore } from "../../src/runs/store.ts";
import { runTask } from "../cli/task.ts";
import golden from "../golden/set5_bicubic.json" with { type: "json" };
import { wavyPicture } from "../metrics/fidelity/pictures.ts";
import { realData, withData } from "../support.ts";

const store = new RunStore(".");
const SET5 = realData("superres/Set5_png.tar.gz");

/** Unpacks the set into a folder that is gone with its scope. */
async function unpacked(): Promise<{ readonly path: string } & Disposable> {
  const path = await Deno.makeTempDir({ prefix: "atelier-set5-" });
  const args = ["xzf", fromFileUrl(SET5), "-C", path];
  const { success } = await new Deno.Command("tar", { args }).output();
  assertEquals(success, true);
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

Deno.test({
  name: "bicubic enlargement of Set5 has the figures of an independent implementation",
  ...withData("Set5", SET5),
  async fn() {
    using set = await unpacked();
    for (const scale of [2, 3, 4] as const) {
      using bicubic = await openEnlarger(store, { model: "bicubic", scale });
      const rows = golden.filter((row) => row.scale === scale);
      const pictures = [...new Set(rows.map(({ picture }) => picture))];
      assertEquals(pictures.length, 5);
      for (const picture of pictures) {
        const bytes = await Deno.readFile(join(set.path, "Set5", picture));
        const pair = pairOf((await decodeWhole(bytes))!.colour, scale)!;
        const { made } = await evaluatePair(pair, { judged: bicubic, bicubic });
        for (const { space, crop, psnr, ssim } of rows.filter((row) => row.picture === picture)) {
          assertAlmostEquals(made[`psnr-${space}-crop${crop}`]!, psnr, 0.01);
          assertAlmostEquals(made[`ssim-${space}-crop${crop}`]!, ssim, 1e-4);
        }
      }
    }
  },
});

Deno.test({
  name: "evaluate-sr prints 28.42 dB for bicubic on Set5, within 0.03",
  ...withData("Set5", SET5),
  async fn() {
    using set = await unpacked();
    const where = [
      "--data",
      `folder:${join(set.path, "Set5")}`,
      "--cache",
      join(set.path, "cache"),
    ];
    const args = [
      "--model",
      "bicubic",
      "--scale",
      "4",
      "--extractor",
      "none",
      "--backend",
      "cpu",
      ...where,
    ];
    const { stdout, stderr } = await runTask("evaluate-sr", args);
    const mean = stdout.match(/^mean +(\S+)/m);
    assertAlmostEquals(Number(mean?.[1]), 28.42, 0.03, stderr);
    const { stdout: json } = await runTask("evaluate-sr", [...args, "--json"]);
    const report = JSON.parse(json);
    assertAlmostEquals(report.mean.made["psnr-y-crop4"], 28.42, 0.03);
    assertEquals(report.pictures.length, 5);
  },
});

Deno.test("bicubic bands are the whole picture's, and evaluatePair() compares with the truth", async () => {
  using bicubic = await openEnlarger(store, { model: "bicubic", scale: 2 });
  const pair = pairOf(wavyPicture(50, 44, 0), 2)!;
  const whole = await enlargeWhole(bicubic, pair.low, { tile: 100 });
  assertEquals((await enlargeWhole(bicubic, pair.low, { tile: 5 })).pixels, whole.pixels);
  const distance = { leastSide: 1, compare: () => Promise.resolve({ "never-0": 7 }) };
  const { made, bicubic: plain } = await evaluatePair(pair, { judged: bicubic, bicubic }, [
    distance,
  ]);
  assertEquals(made, plain);
  assertEquals(Object.keys(made), [
    ...["psnr-y-crop2", "ssim-y-crop2", "psnr-rgb-crop2", "ssim-rgb-crop2", "never-0"],
  ]);
  assertEquals(meanFigures([{ a: 1 }, { a: 4 }]), { a: 2.5 });
});
