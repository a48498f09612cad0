/** What the server knows of images: training pictures like them, and directions to move along. */
import * as tf from "@tensorflow/tfjs";
import sharp from "sharp";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openDataset } from "../../data/open.ts";
import type { NearestPictures, Preparing } from "../../src/core/likeness.ts";
import { imageGrid } from "../../src/core/images.ts";
import { encodePng } from "../../src/core/png.ts";
import { latentOfSeed } from "../../src/core/rng.ts";
import type { Direction } from "../../src/latent/directions/direction.ts";
import { openGenerator } from "../../src/runs/open_generator.ts";
import { makeDrawnRun } from "./drawn_run.ts";
import { Lab } from "./lab.ts";

const Z = 12;
const SEEDS = [5, 6, 7, 8, 9, 10];

function post(seed: number): RequestInit {
  const headers = { "content-type": "application/octet-stream" };
  return { method: "POST", headers, body: latentOfSeed(seed, Z) };
}

/** A folder of what a run's generator draws of `SEEDS`; the last is mirrored. */
async function drawPictures(lab: Lab, folder: string): Promise<void> {
  const id = await makeDrawnRun(lab.runs, { latentDim: Z });
  using run = lab.runs.open(id);
  using generator = await openGenerator(run, 1);
  Deno.mkdirSync(folder);
  for (const [i, seed] of SEEDS.entries()) {
    const png = await encodePng(imageGrid(await generator.drawSeeds([seed]), 1));
    const mirrored = i === SEEDS.length - 1 ? await sharp(png).flop().png().toBuffer() : png;
    await Deno.writeFile(`${folder}/${i}.png`, mirrored);
  }
}

/** A run that was trained on such pictures. */
async function trainedOn(lab: Lab, folder: string): Promise<string> {
  const data = `folder:${folder}`;
  const options = { size: 32, channels: 3, seed: 1, cacheDir: `${lab.root}/cache` } as const;
  using dataset = await openDataset(data, { ...options, threads: 1 });
  return await makeDrawnRun(lab.runs, { latentDim: Z, mirror: true, data, info: dataset.info });
}

/** Asks until the answer is there. */
async function nearest(lab: Lab, run: string, seed: number): Promise<NearestPictures> {
  const address = `/api/runs/${run}/checkpoints/000001/ema/neighbours?count=2`;
  for (;;) {
    const response = await lab.app.request(address, post(seed));
    if (response.status !== 202) return await response.json();
    const { preparing } = await response.json() as Preparing;
    assert(preparing.done <= preparing.total);
  }
}

async function findsCopies(lab: Lab, features: string): Promise<void> {
  const folder = `${lab.root}/pictures`;
  await drawPictures(lab, folder);
  const run = await trainedOn(lab, folder);

  const copy = await nearest(lab, run, 7);
  const { extractor, searched, pictures, mirror } = copy;
  assertEquals([extractor, searched, pictures, mirror], [features, 6, 6, true]);
  assertEquals(copy.neighbours.map(({ distance }) => distance).length, 2);
  const [first, second] = copy.neighbours;
  assertEquals([first!.index, first!.mirrored], [2, false]);
  assert(second!.distance > 10 * first!.distance); // the copy has lost no more than 8 bits keep
  const { count, median, nearer } = copy.reference!;
  assertEquals([count, nearer], [6, 0]); // no training picture is as near to another
  assert(median > first!.distance);
  const kept = [...Deno.readDirSync(`${lab.root}/cache/statistics`)];
  assertEquals(kept.length, 1); // for the next time the lab is started
  const mirrored = (await nearest(lab, run, 10)).neighbours[0]!;
  assertEquals([mirrored.index, mirrored.mirrored], [5, true]);

  const png = await lab.get(first!.url);
  assertEquals([png.status, png.headers.get("content-type")], [200, "image/png"]);
  const pixels = (bytes: Uint8Array) => sharp(bytes).removeAlpha().raw().toBuffer();
  const sent = new Uint8Array(await png.arrayBuffer());
  assertEquals(await pixels(sent), await pixels(await Deno.readFile(`${folder}/2.png`)));
  const etag = png.headers.get("etag")!;
  assertEquals((await lab.get(first!.url, { "if-none-match": etag })).status, 304);
  assertEquals(await lab.refusal(`/api/runs/${run}/data/6.png`), [
    404,
    `There is no picture 6 in the data of run ${run}: expected 0 to 5`,
  ]);
}

async function noticesChanges(): Promise<void> {
  using lab = new Lab(); // another would have the same pictures open
  const folder = Deno.makeTempDirSync({ prefix: "atelier-pictures-" });
  await drawPictures(lab, `${folder}/here`);
  const run = await trainedOn(lab, `${folder}/here`);
  await Deno.remove(`${folder}/here/3.png`);
  const address = `/api/runs/${run}/checkpoints/000001/ema/neighbours`;
  const [status, text] = await lab.refusal(address, post(1));
  assertEquals(status, 409);
  assertMatch(text, /has changed since\. Expected 6 images .*, got 5 .*\. Restore the pictures/);
  await Deno.remove(folder, { recursive: true });
  const [movedStatus, moved] = await lab.refusal(`/api/runs/${run}/data/0.png`);
  assertEquals(movedStatus, 409);
  assertMatch(
    moved,
    /^Cannot open the data .*there is no such folder.*put them back where they were$/,
  );
}

async function refusesInWords(lab: Lab): Promise<void> {
  const run = await makeDrawnRun(lab.runs, { latentDim: Z });
  const address = `/api/runs/${run}/checkpoints/000001/ema/neighbours`;
  const two = { ...post(1), body: new Float32Array(2 * Z) };
  assertEquals(await lab.refusal(address, two), [
    400,
    "Cannot look for pictures: expected one latent of 12 numbers, got 24",
  ]);
  assertEquals((await lab.refusal(`${address}?count=65`, post(1)))[0], 400);
  assertEquals(await lab.refusal(address, post(1)), [404, `Run ${run} has read no data yet`]);
}

async function givesDirections(lab: Lab): Promise<void> {
  const id = await makeDrawnRun(lab.runs, { latentDim: Z });
  const address = `/api/runs/${id}/checkpoints/000001/directions`;
  const names = async () => (await lab.json<Direction[]>(address)).map(({ name }) => name);
  const found = await names();
  assertEquals([found.length, found[0]], [10, "sefa-1"]);
  const smile: Direction = {
    name: "smile",
    kind: "attribute",
    vector: Float32Array.from({ length: Z }, (_, i) => i === 0 ? 1 : 0),
    evidence: { accuracy: 0.9 },
    range: 3,
  };
  using run = lab.runs.open(id);
  run.writeDirections(1, [smile]);
  assertEquals((await names()).slice(0, 2), ["smile", "sefa-1"]);
  const [sent] = await lab.json<Direction[]>(address);
  assertEquals(sent, { ...smile, vector: Array.from(smile.vector) as unknown as Float32Array });
  assertEquals((await lab.refusal(address.replace("000001", "000009")))[0], 404);
}

Deno.test("the server looks up what images are like, and directions", async (t) => {
  await tf.setBackend("cpu");
  {
    using lab = new Lab({ backend: "simd" });
    await t.step("POST …/neighbours finds a copied picture by lab", () => findsCopies(lab, "lab"));
  }
  using lab = new Lab(); // one for all: starting a worker takes longest
  await t.step("… and on cpu by pixels", () => findsCopies(lab, "pixels-16"));
  await t.step("pictures that have changed or moved are 409", () => noticesChanges());
  await t.step("what is no latent, and a wrong count, are refused", () => refusesInWords(lab));
  await t.step("GET …/directions gives SeFa's and those stored", () => givesDirections(lab));
});
