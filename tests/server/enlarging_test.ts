/** Enlarging over HTTP: as `upscale` and `evaluate-sr` would, ended with the client, refused in words. */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { decodeUpright, decodeWhole, onWhite, pairOf } from "../../data/pairs/decode.ts";
import type { EnlargeMessage, EnlargerList, PictureInfo } from "../../src/core/enlarge_protocol.ts";
import { encodePng } from "../../src/core/png.ts";
import { evaluatePair } from "../../src/evaluation/enlargement.ts";
import { openEnlarger } from "../../src/runs/open_enlarger.ts";
import { runTask } from "../cli/task.ts";
import { wavyPicture } from "../metrics/fidelity/pictures.ts";
import { makeEnlargerRun } from "./enlarger_run.ts";
import { Lab } from "./lab.ts";

await tf.setBackend("cpu");

/** Hands a file in. */
async function hand(lab: Lab, file: Uint8Array<ArrayBuffer>, query: string): Promise<PictureInfo> {
  const response = await lab.app.request(`/api/pictures?${query}`, { method: "POST", body: file });
  const text = await response.text();
  assertEquals(response.status, 201, text);
  return JSON.parse(text);
}

/** Refused for this body. */
const refusal = (lab: Lab, file: BodyInit, query: string) =>
  lab.refusal(`/api/pictures?${query}`, { method: "POST", body: file });

/** All that is said of an enlargement. */
async function enlarge(lab: Lab, id: string, model: string): Promise<EnlargeMessage[]> {
  const path = `/api/pictures/${id}/enlarged?model=${encodeURIComponent(model)}`;
  const response = await lab.get(path);
  const text = await response.text();
  assertEquals(response.status, 200, text);
  assertEquals(response.headers.get("content-type"), "application/x-ndjson");
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The last message, of an enlargement that went well. */
async function enlarged(lab: Lab, id: string, model: string) {
  const last = (await enlarge(lab, id, model)).at(-1)!;
  if (last.type !== "done") throw new Error(JSON.stringify(last));
  return last;
}

async function bytesAt(lab: Lab, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await lab.get(path);
  assertEquals([response.status, response.headers.get("content-type")], [200, "image/png"], path);
  return new Uint8Array(await response.arrayBuffer());
}

const png = (width: number, height: number) => encodePng(wavyPicture(width, height, 0));

async function asUpscale(lab: Lab): Promise<void> {
  const model = `${await makeEnlargerRun(lab.runs)}@5`;
  const { pixels, width, height } = wavyPicture(41, 30, 0);
  const file = join(lab.root, "a.tiff");
  await sharp(pixels, { raw: { width, height, channels: 3 } }).ensureAlpha(0.25)
    .withMetadata({ orientation: 6 }).tiff({ compression: "lzw" }).toFile(file);
  const info = await hand(lab, await Deno.readFile(file), "scale=2&name=a.tiff");
  assertEquals(info, { id: info.id, width: 30, height: 41, scale: 2, truth: null, name: "a.tiff" });
  assertEquals(await lab.json(`/api/pictures/${info.id}`), info);

  const { image, figures, seconds } = await enlarged(lab, info.id, model);
  assertEquals([figures, seconds > 0], [null, true]);
  const served = await decodeUpright(await bytesAt(lab, image));
  const out = join(lab.root, "out.png");
  const args = [file, "--model", model, "--runs", lab.root, "--backend", "cpu", "--out", out];
  const { code, stderr } = await runTask("upscale", args);
  assertEquals(code, 0, stderr);
  const made = (await decodeWhole(await Deno.readFile(out)))!;
  assertEquals([made.colour.width, made.colour.height], [60, 82]);
  assertEquals(served.colour.pixels, made.colour.pixels);
  assertEquals(served.alpha, made.alpha);
  assert(made.alpha!.every((level) => Math.abs(level - 64) <= 1));
}

async function asEvaluate(lab: Lab): Promise<void> {
  const model = `${await makeEnlargerRun(lab.runs, { scale: 3 })}@5`;
  const file = await png(900, 61); // 300 small columns: two tiles
  const info = await hand(lab, file, "scale=3&truth=1");
  const { id } = info;
  assertEquals(info, { id, width: 300, height: 20, scale: 3, truth: { width: 900, height: 60 } });
  assertEquals((await hand(lab, file, "scale=3&truth=1&name=again")).id, id);
  const pair = pairOf(onWhite((await decodeWhole(file))!), 3)!;
  const shown = async (name: string) =>
    (await decodeUpright(await bytesAt(lab, `/api/pictures/${id}/${name}`))).colour;
  assertEquals(await shown("low.png"), pair.low);
  assertEquals(await shown("truth.png"), pair.high);

  const messages = await enlarge(lab, id, model);
  const progress = messages.slice(0, -1).map((each) =>
    each.type === "progress" && [each.done, each.total]
  );
  assertEquals(progress, [[0, 1], [1, 2], [2, 2]]);
  using judged = await openEnlarger(lab.runs, { model, scale: 3 });
  using bicubic = await openEnlarger(lab.runs, { model: "bicubic", scale: 3 });
  const report = await evaluatePair(pair, { judged, bicubic });
  const plain = await enlarged(lab, id, "bicubic");
  const last = await enlarged(lab, id, model); // of before
  for (const [served, own] of [[last, report.made], [plain, report.bicubic]] as const) {
    assertEquals(Object.keys(served.figures!), Object.keys(own));
    for (const [name, value] of Object.entries(own)) {
      assertAlmostEquals(served.figures![name]!, value, 1e-9, name);
    }
  }
}

async function endsWithClients(lab: Lab): Promise<void> {
  const model = encodeURIComponent(`${await makeEnlargerRun(lab.runs)}@5`);
  const { id } = await hand(lab, await png(530, 270), "scale=2"); // 3 × 2 tiles, each a while on cpu
  const path = `/api/pictures/${id}/enlarged`;
  /** Reads until the first tile is done. */
  const begun = async () => {
    const { body } = await lab.get(`${path}?model=${model}`);
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    for (let text = ""; !/"done":[1-9]/.test(text);) text += (await reader.read()).value;
    return reader;
  };
  const [one, other] = [await begun(), await begun()];
  assertEquals(lab.enlarging.working, 1);
  await one.cancel();
  assertEquals(lab.enlarging.working, 1);
  await other.cancel();
  while (lab.enlarging.working > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(await lab.refusal(`${path}.png?model=${model}`), [
    404,
    `Picture "${id}" is not enlarged by ${decodeURIComponent(model)} yet: ask for ` +
    `/api/pictures/${id}/enlarged?model= first`,
  ]);
  assertEquals((await enlarged(lab, id, "bicubic")).figures, null); // the worker goes on
  assertEquals(lab.reported, []);
}

async function refusesFiles(lab: Lab): Promise<void> {
  const whole = await png(30, 20);
  const wide = await sharp({
    create: { width: 4001, height: 4001, channels: 3, background: "red" },
  })
    .png().toBuffer();
  const cut = whole.slice(0, whole.length - 60);
  const refusals: readonly (readonly [BodyInit, string, number, RegExp])[] = [
    [
      "words",
      "scale=2",
      415,
      /^Cannot use the picture: expected a JPEG.* got a file of another kind$/,
    ],
    ["<svg/>", "scale=2", 415, /of another kind/],
    ["", "scale=2", 415, /an empty file/],
    [cut, "scale=2", 422, /^Cannot use the picture: it is damaged or cut short/],
    [
      new Uint8Array(wide),
      "scale=2",
      413,
      /it has 4001×4001 pixels, 16\.0 million; expected at most 16\.0/,
    ],
    [new Uint8Array(2 ** 26 + 1), "scale=2", 413, /a file of at most 64 MiB/],
    [
      await png(30, 16),
      "scale=4&truth=1",
      422,
      /truth of 30×16 pixels: expected sides of 19 or more at ×4/,
    ],
    [whole, "scale=5", 400, /"scale=5".*expected 2, 3, 4/],
    [whole, "", 400, /"scale=".*expected 2, 3, 4/],
    [whole, "scale=2&truth=yes", 400, /expected 0 or 1/],
  ];
  for (const [body, query, status, message] of refusals) {
    const [came, text] = await refusal(lab, body, query);
    assertEquals(came, status, text);
    assertMatch(text, message);
  }
  assertEquals((await lab.refusal("/api/pictures?scale=2"))[0], 405);
  const elsewhere = { method: "POST", body: whole, headers: { origin: "https://evil.example" } };
  assertEquals((await lab.refusal("/api/pictures?scale=2", elsewhere))[0], 403);
}

async function refusesEnlargers(lab: Lab): Promise<void> {
  const run = await makeEnlargerRun(lab.runs, { steps: [5, 10] });
  const gan = lab.train({ checkpointEverySteps: 1 });
  await gan.advance(1);
  const { id } = await hand(lab, await png(30, 20), "scale=3");
  const asked = (model: string) =>
    lab.refusal(`/api/pictures/${id}/enlarged?model=${encodeURIComponent(model)}`);
  const refusals: readonly (readonly [string, number, RegExp])[] = [
    ["nothing@5", 404, /There is no run "nothing"/],
    [`${run}@7`, 404, /no whole checkpoint of step 7. It has those of steps: 5, 10/],
    [run, 404, /expected bicubic, or a run's checkpoint as RUN@STEP/],
    ["../x.safetensors", 404, /There is no enlarger/],
    [`${gan.id}@1`, 422, /it is of "dcgan", expected one of super-resolution or srgan/],
    [`${run}@5`, 422, /^Cannot enlarge 3 times with \S+@5: it enlarges 2 times\./],
  ];
  for (const [model, status, message] of refusals) {
    const [came, text] = await asked(model);
    assertEquals(came, status, text);
    assertMatch(text, message);
  }
  assertEquals((await lab.refusal(`/api/pictures/${id}/enlarged`))[0], 400);
  assertEquals((await lab.refusal(`/api/pictures/${id}/truth.png`))[0], 404);
  assertEquals((await lab.get(`/api/pictures/${id}/enlarged.png?model=bicubic`)).status, 404);

  const file = join(lab.root, run, "checkpoints", "000010", "generator.safetensors");
  const bytes = Deno.readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  Deno.writeFileSync(file, bytes);
  const small = await hand(lab, await png(30, 20), "scale=2");
  const last = (await enlarge(lab, small.id, `${run}@10`)).at(-1)!;
  assert(
    last.type === "error" && /is damaged: expected sha256/.test(last.error),
    JSON.stringify(last),
  );
}

async function drawsExample(lab: Lab): Promise<void> {
  for (const scale of [3, 4]) {
    const info = await lab.json<PictureInfo>(`/api/pictures/example?scale=${scale}`);
    const side = 480 / scale;
    assertEquals([info.width, info.height, info.truth], [side, side, { width: 480, height: 480 }]);
    assertEquals((await bytesAt(lab, `/api/pictures/${info.id}/low.png`)).length > 1000, true);
  }
  assertEquals((await lab.refusal("/api/pictures/example"))[0], 400);
}

Deno.test("the server enlarges", async (t) => {
  using lab = new Lab(); // one for all: starting a worker takes longest
  await t.step(
    "what upscale makes of the file, transparency and turn included",
    () => asUpscale(lab),
  );
  await t.step(
    "with evaluate-sr's figures where the truth is known, and progress on the way",
    () => asEvaluate(lab),
  );
  await t.step("for as long as a client is there", () => endsWithClients(lab));
  await t.step("and refuses what it cannot take, in words", () => refusesFiles(lab));
  await t.step("and refuses what cannot enlarge, in words", () => refusesEnlargers(lab));
  await t.step(
    "a drawn picture whose truth is known, for people without one",
    () => drawsExample(lab),
  );
  assertEquals(lab.reported, []);
});

Deno.test("the list of enlargers has the newest runs first, whole checkpoints only, and bicubic", async () => {
  using lab = new Lab();
  const first = await makeEnlargerRun(lab.runs, { steps: [5, 10, 15] });
  await new Promise((resolve) => setTimeout(resolve, 5)); // runs are sorted by their milliseconds
  const second = await makeEnlargerRun(lab.runs, {
    experiment: "srgan",
    scale: 4,
    model: "fsrcnn",
  });
  const broken = await makeEnlargerRun(lab.runs);
  Deno.writeTextFileSync(join(lab.root, broken, "run.json"), "{");
  const checkpoints = join(lab.root, first, "checkpoints");
  Deno.removeSync(join(checkpoints, "000015", "generator.safetensors"));
  Deno.truncateSync(join(checkpoints, "000005", "generator.safetensors"), 100);
  await lab.train({ checkpointEverySteps: 1 }).advance(1); // a DCGAN
  const { enlargers } = await lab.json<EnlargerList>("/api/enlargers");
  const shared = { parameters: 1234, data: "faces" };
  assertEquals(enlargers.slice(0, 2), [
    {
      ...{ model: `${second}@5`, run: second, step: 5, scale: 4, experiment: "srgan" },
      ...{ network: "fsrcnn", ...shared, steps: [5] },
    },
    {
      ...{ model: `${first}@10`, run: first, step: 10, scale: 2, experiment: "super-resolution" },
      ...{ network: "edsr-compact", ...shared, steps: [10] },
    },
  ]);
  assertEquals(enlargers.slice(2).map(({ model, scale }) => [model, scale]), [
    ["bicubic", 2],
    ["bicubic", 3],
    ["bicubic", 4],
  ]);
});
