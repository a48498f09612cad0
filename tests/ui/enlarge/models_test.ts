import { assertEquals } from "@std/assert";
import { compareFigures, formatFigure } from "../../../ui/state/enlarge/figures.ts";
import {
  chosenModel,
  firstModels,
  firstScale,
  modelChoice,
  resultFileName,
} from "../../../ui/state/enlarge/models.ts";
import { pairWith } from "../../../ui/components/enlarge/keys.ts";
import { fakeEnlarger } from "../fake_pictures.ts";

const GAN = fakeEnlarger(4, { run: "20260102-srgan-t91-bbbb", step: 100, experiment: "srgan" });
const SR = fakeEnlarger(3, { run: "20260101-super-resolution-t91-aaaa", step: 50 });
const LIST = [GAN, SR, fakeEnlarger(3), fakeEnlarger(4)];

Deno.test("chosenModel() finds runs by their ends, bicubic by scale, and keeps what it does not know", () => {
  const of = (run: string, step: number | null = null) => {
    const { enlarger, model } = chosenModel({ run, step }, LIST, 4);
    return [enlarger?.network ?? null, model];
  };
  assertEquals(of("bicubic"), ["bicubic", "bicubic"]);
  assertEquals(of("bbbb"), ["edsr-compact", `${GAN.run}@100`]);
  assertEquals(of("aaaa", 20), ["edsr-compact", `${SR.run}@20`]);
  assertEquals(of("nobody"), [null, "nobody"]);
});

Deno.test("firstModels() and firstScale() go by what there is", () => {
  assertEquals(firstModels(LIST, 4), [{ run: "bicubic", step: null }, {
    run: GAN.run!,
    step: 100,
  }]);
  assertEquals(firstModels(LIST, 2), [{ run: "bicubic", step: null }]);
  assertEquals(firstScale([], LIST), 4);
  assertEquals(firstScale([{ run: "bicubic", step: null }, { run: "aaaa", step: null }], LIST), 3);
  assertEquals(firstScale([], []), 4);
});

Deno.test("names of models and of files say what made them", () => {
  assertEquals([GAN, SR, LIST[2]!].map(modelChoice), [
    "SRGAN bbbb",
    "EDSR compact aaaa",
    "Bicubic",
  ]);
  const file = (picture: string | null, run: string) =>
    resultFileName(picture, 4, chosenModel({ run, step: null }, LIST, 4));
  assertEquals(file("butterfly.png", "bbbb"), "butterfly-x4-srgan-bbbb-100.png");
  assertEquals(file("a/b: Żółw.jpeg", "bicubic"), "a-b-Żółw-x4-bicubic.png");
  assertEquals(file(null, "bicubic"), "picture-x4-bicubic.png");
});

Deno.test("compareFigures() marks the best, also where it is infinite", () => {
  const [psnr, ssim, perceptual, texture, other] = compareFigures([
    null,
    {
      ...{ "psnr-y-crop4": 28, "ssim-y-crop4": 0.8 },
      ...{ "perceptual-lab": 0.26, "texture-lab": 0.1, "other": 1 },
    },
    {
      ...{ "psnr-y-crop4": null, "ssim-y-crop4": 0.8 },
      ...{ "perceptual-lab": 0.33, "texture-lab": 0.05, "other": 2 },
    },
  ]);
  assertEquals([perceptual!.better, perceptual!.best], ["lower", [1]]);
  assertEquals([texture!.better, texture!.best], ["lower", [2]]);
  assertEquals([other!.better, other!.best], [null, []]);
  assertEquals([psnr!.values, psnr!.best], [[null, 28, Infinity], [2]]);
  assertEquals(ssim!.best, [], "equals are no best");
  const figure = (name: string, value: number) => formatFigure(name, value);
  assertEquals(figure("psnr-y-crop4", 28.426), "28.43\u00a0dB");
  assertEquals(figure("psnr-rgb-crop4", Infinity), "∞\u00a0dB");
  assertEquals(figure("ssim-y-crop4", 0.81), "0.8100");
  assertEquals(figure("texture-lab", 0.01484), "0.0148", "as evaluate-sr prints it");
});

Deno.test("pairWith() brings a panel to one side, and turns the two round", () => {
  const pair = { reference: 1, other: 3 };
  assertEquals(pairWith(pair, 2, false), { reference: 1, other: 2 });
  assertEquals(pairWith(pair, 0, true), { reference: 0, other: 3 });
  assertEquals(pairWith(pair, 1, false), { reference: 3, other: 1 });
});
