/** What the server draws: by a worker, as `sample` would, and refused in words. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { toByte } from "../../src/core/images.ts";
import { latentsOfSeeds } from "../../src/latent/generator.ts";
import { openGenerator } from "../../src/runs/open_generator.ts";
import { Lab } from "./lab.ts";

const Z = 8;
const OCTETS = { "content-type": "application/octet-stream" };

function post(body: BodyInit, headers: Record<string, string> = OCTETS): RequestInit {
  return { method: "POST", body, headers };
}

/** A run with one checkpoint, and the addresses of its generators. */
async function trained(lab: Lab) {
  const training = lab.train({ checkpointEverySteps: 1 });
  await training.advance(1);
  const run = `/api/runs/${training.id}`;
  return { training, run, ema: `${run}/checkpoints/000001/ema` };
}

async function drawsBytes(lab: Lab): Promise<void> {
  const { training, ema } = await trained(lab);
  assertEquals(await lab.json(`${ema}/shape`), { latentDim: Z, size: 16, channels: 3 });

  const latents = latentsOfSeeds([0, 7, 40], Z);
  const response = await lab.app.request(`${ema}/images`, post(latents.values));
  const shape = ["x-count", "x-size", "x-channels"].map((name) => response.headers.get(name));
  assertEquals([response.status, ...shape], [200, "3", "16", "3"]);
  const drawn = new Uint8Array(await response.arrayBuffer());

  await tf.setBackend("cpu");
  using run = lab.runs.open(training.id);
  using generator = await openGenerator(run, 1, "ema");
  const { pixels } = await generator.draw(latents);
  assertEquals(drawn, Uint8Array.from(pixels, toByte));
}

async function drawsMany(lab: Lab): Promise<void> {
  const { ema } = await trained(lab);
  const draw = async (seeds: number[]) => {
    const body = latentsOfSeeds(seeds, Z).values;
    const response = await lab.app.request(`${ema}/images`, post(body));
    return new Uint8Array(await response.arrayBuffer());
  };
  const many = await draw(Array.from({ length: 70 }, (_, seed) => seed));
  const one = await draw([69]);
  assertEquals(many.length, 70 * one.length);
  assertEquals(many.slice(69 * one.length), one);
}

async function refusesInWords(lab: Lab): Promise<void> {
  const { run, ema } = await trained(lab);
  const refusal = (body: BodyInit, headers?: Record<string, string>, at = `${ema}/images`) =>
    lab.refusal(at, post(body, headers));
  assertEquals(await refusal("hello", { "content-type": "text/plain" }), [
    415,
    'Cannot read latents of content-type "text/plain": expected application/octet-stream',
  ]);
  assertEquals((await refusal(new Uint8Array(0)))[0], 400);
  assertEquals(await refusal(new Uint8Array(6)), [
    400,
    "Cannot read latents: expected float32 numbers, four bytes each, got 6 bytes",
  ]);
  assertEquals(await refusal(new Float32Array(Z + 1)), [
    400,
    "Cannot draw of 9 numbers: expected latents [B, 8] of at most 256 images, 8 numbers each",
  ]);
  assertEquals(await refusal(Float32Array.of(1, NaN)), [
    400,
    "Cannot draw: expected finite latents, got NaN at number 1",
  ]);
  assertEquals((await refusal(new Float32Array(257 * Z)))[0], 413);
  assertEquals((await refusal(new Uint8Array(2 ** 22 + 4)))[0], 413);
  const latents = new Float32Array(Z);
  const elsewhere = (path: string) => refusal(latents, OCTETS, run + path);
  assertEquals((await elsewhere("/checkpoints/000002/ema/images"))[0], 404);
  assertEquals((await elsewhere("/checkpoints/000001/other/images"))[0], 404);
  assertEquals((await lab.refusal(`${ema}/images`))[0], 405);
  assertEquals((await refusal(latents, { ...OCTETS, origin: "https://evil.example" }))[0], 403);
}

async function refusesRuined(lab: Lab): Promise<void> {
  const training = lab.train();
  await training.checkpoint({ ruined: true });
  const [status, text] = await lab.refusal(
    `/api/runs/${training.id}/checkpoints/000000/raw/images`,
    post(new Float32Array(Z)),
  );
  assertEquals(status, 422);
  assertMatch(text, /@0: Cannot draw with these weights: expected finite numbers, got NaN in/);
  assertStringIncludes(text, "take an earlier checkpoint");
}

async function refusesData(lab: Lab): Promise<void> {
  const { run } = await trained(lab);
  const [status, text] = await lab.refusal(`${run}/data/3.png`);
  assertEquals(status, 422);
  assertMatch(text, /^Cannot compare run \S+ with its data: expected a run whose generator draws/);
  for (const name of ["-1.png", "01.png", "1.jpg", "..%2f1.png", "1.png%00"]) {
    assertEquals((await lab.refusal(`${run}/data/${name}`))[0], 404, name);
  }
}

Deno.test("the drawing worker ends when idle, and starts again", async () => {
  using lab = new Lab({ worker: { idleMs: 1 } });
  const { ema } = await trained(lab);
  const latents = new Float32Array(Z);
  for (let turn = 0; turn < 2; turn++) {
    const response = await lab.app.request(`${ema}/images`, post(latents));
    assertEquals(response.status, 200);
    await response.body?.cancel();
    while (lab.drawing.running) await new Promise((resolve) => setTimeout(resolve, 1));
  }
});

async function forgetsClients(lab: Lab): Promise<void> {
  const { ema } = await trained(lab);
  const leaving = new AbortController();
  const init = { ...post(new Float32Array(200 * Z)), signal: leaving.signal };
  const request = lab.app.request(`${ema}/images`, init);
  leaving.abort();
  assertEquals((await request).status, 400);
  assertEquals(lab.reported, []);
}

Deno.test("the server draws", async (t) => {
  using lab = new Lab(); // one for all: starting a worker takes longest
  await trained(lab);
  assertEquals(lab.drawing.running, false); // nothing is started before it is needed
  await t.step("the bytes that the generator gives", () => drawsBytes(lab));
  await t.step("more than one order's worth, in its order", () => drawsMany(lab));
  await t.step("and refuses what is no latents, in words", () => refusesInWords(lab));
  await t.step("and refuses weights that are not finite as such", () => refusesRuined(lab));
  await t.step("and has no picture of a run of other settings", () => refusesData(lab));
  await t.step("nothing for a client that went away, and reports none", () => forgetsClients(lab));
});

/** A worker's program as an address. */
const program = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);

Deno.test("a worker whose kernels broke down is ended, and the next request has another", async () => {
  const broken = program(`
    onmessage = ({ data }) => {
      const { id } = data;
      if (id) postMessage({ id, type: "failed", fault: "bug", message: "out of memory" });
    };`);
  using lab = new Lab({ worker: { module: broken } });
  const { ema } = await trained(lab);
  for (let turn = 0; turn < 2; turn++) {
    assertEquals(await lab.refusal(`${ema}/shape`), [500, "out of memory"]);
    assertEquals(lab.drawing.running, false);
  }
});

Deno.test("a worker that falls silent or breaks down is given up with 503, or 500", async () => {
  {
    using lab = new Lab({ worker: { timeoutMs: 20, module: program("onmessage = () => {}") } });
    const { ema } = await trained(lab);
    assertEquals(await lab.refusal(`${ema}/shape`), [
      503,
      'Gave up waiting for "describe" after 0.02 s',
    ]);
    assertEquals(lab.drawing.running, false);
  }
  using lab = new Lab({ worker: { module: program("throw new Error('broken on purpose')") } });
  const { ema } = await trained(lab);
  const [status, text] = await lab.refusal(`${ema}/shape`);
  assertEquals(status, 500);
  assert(text.includes("broken on purpose"), text);
});
