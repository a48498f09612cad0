import { assertEquals, assertMatch } from "@std/assert";
import type { CheckpointInfo, RunDetail } from "../../src/core/protocol.ts";
import { sha256Hex } from "../../src/core/fs.ts";
import { decodeSafetensors } from "../../src/core/safetensors.ts";
import type { LayersModelJson } from "../../server/layers_model.ts";
import { Lab } from "./lab.ts";

const KEPT_FOR_GOOD = "public, max-age=31536000, immutable";

Deno.test("GET …/samples/… is kept for good under an address with its hash, else asked about", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 1 });
  await training.advance(1);
  const detail = await lab.json<RunDetail>(`/api/runs/${training.id}`);
  const { sha256 } = detail.samples[0]!;
  const path = `/api/runs/${training.id}/samples/000001.png`;

  const named = await lab.get(`${path}?v=${sha256.slice(0, 8)}`);
  assertEquals(named.headers.get("content-type"), "image/png");
  assertEquals(named.headers.get("cache-control"), KEPT_FOR_GOOD);
  assertEquals(await sha256Hex(new Uint8Array(await named.arrayBuffer())), sha256);
  for (const address of [path, `${path}?v=`, `${path}?v=00000000`]) {
    const plain = await lab.get(address);
    assertEquals(plain.headers.get("cache-control"), "no-cache", address);
    await plain.body?.cancel();
    const etag = plain.headers.get("etag")!;
    assertEquals((await lab.get(address, { "if-none-match": etag })).status, 304, address);
  }
});

Deno.test("GET …/samples/… gives a picture made anew after a resume under a new address", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 1 });
  await training.advance(2);
  const before = await lab.json<RunDetail>(`/api/runs/${training.id}`);
  training.rewind(1);
  training.writer.writeSample(2, new Uint8Array([1, 2, 3])); // as another grid of step 2
  const path = `/api/runs/${training.id}/samples/000002.png`;
  const old = await lab.get(`${path}?v=${before.samples[1]!.sha256.slice(0, 8)}`);
  assertEquals(old.headers.get("cache-control"), "no-cache");
  await old.body?.cancel();
});

Deno.test("GET …/samples/… says which sample there is none of", async () => {
  using lab = new Lab();
  const { id } = lab.train();
  assertEquals(await lab.refusal(`/api/runs/${id}/samples/000007.png`), [
    404,
    `Run ${id} has no sample of step 7`,
  ]);
  assertEquals(await lab.refusal(`/api/runs/${id}/samples/7.png`), [
    404,
    'There is no step "7": expected six digits or more, such as 000500',
  ]);
});

Deno.test("GET …/checkpoints lists them and gives their files whole", async () => {
  using lab = new Lab();
  const training = lab.train({ checkpointEverySteps: 1 });
  await training.advance(4);
  const path = `/api/runs/${training.id}/checkpoints`;
  const listed = await lab.json<CheckpointInfo[]>(path);
  assertEquals(listed.map(({ step, resumable }) => [step, resumable]), [
    ...[[1, false], [2, true], [3, true], [4, true]],
  ]);
  for (const { name, bytes, sha256 } of listed[3]!.files) {
    const response = await lab.get(`${path}/000004/${name}`);
    assertEquals(response.headers.get("content-length"), String(bytes));
    assertEquals(
      response.headers.get("content-disposition"),
      `attachment; filename="${training.id}-000004-${name}"`,
    );
    const content = new Uint8Array(await response.arrayBuffer());
    assertEquals(await sha256Hex(content), sha256);
    decodeSafetensors(content, name);
    const etag = response.headers.get("etag")!;
    const again = await lab.get(`${path}/000004/${name}`, { "if-none-match": etag });
    assertEquals(again.status, 304);
    const head = await lab.app.request(`${path}/000004/${name}`, { method: "HEAD" });
    assertEquals([head.status, head.body], [200, null]);
  }
});

Deno.test("GET …/checkpoints/… says what a checkpoint lacks", async () => {
  using lab = new Lab();
  const training = lab.train({ checkpointEverySteps: 1 });
  await training.advance(4);
  const path = `/api/runs/${training.id}/checkpoints`;
  assertEquals(await lab.refusal(`${path}/000009/generator.safetensors`), [
    404,
    `Run ${training.id} has no checkpoint of step 9`,
  ]);
  assertEquals(await lab.refusal(`${path}/000001/state.safetensors`), [
    404,
    `Checkpoint 000001 of run ${training.id} has no "state.safetensors": ` +
    "expected generator.safetensors",
  ]);
  assertEquals(await lab.refusal(`${path}/000001/ema/model.bin`), [
    404,
    'There is no "model.bin": expected model.json or weights.bin',
  ]);
});

Deno.test("GET …/model.json lists weights in the topology's names, and weights.bin has their bytes", async () => {
  using lab = new Lab();
  const training = lab.train({ checkpointEverySteps: 1 });
  await training.advance(1);
  using run = lab.runs.open(training.id);
  const { weights } = await run.readGenerator(1);
  for (const [kind, prefix] of [["raw", "generator"], ["ema", "generator_ema"]]) {
    const path = `/api/runs/${training.id}/checkpoints/000001/${kind}`;
    const model = await lab.json<LayersModelJson>(`${path}/model.json`);
    const [{ paths, weights: specs }] = model.weightsManifest;
    assertEquals(paths, ["weights.bin"]);
    assertEquals(specs, [
      { name: "project/kernel", shape: [8, 768], dtype: "float32" },
      { name: "project/bias", shape: [768], dtype: "float32" },
    ]);
    const response = await lab.get(`${path}/weights.bin`);
    const values = new Float32Array(await response.arrayBuffer());
    const kernel = weights.get(`${prefix}/project/kernel`)!.data;
    assertEquals(values.subarray(0, kernel.length), kernel);
    assertEquals(values.subarray(kernel.length), weights.get(`${prefix}/project/bias`)!.data);
    const etag = response.headers.get("etag")!;
    assertEquals((await lab.get(`${path}/weights.bin`, { "if-none-match": etag })).status, 304);
  }
});

Deno.test("GET …/weights.bin of a damaged checkpoint is 500 and names the damage", async () => {
  using lab = new Lab();
  const training = lab.train({ checkpointEverySteps: 1 });
  await training.advance(1);
  using run = lab.runs.open(training.id);
  const path = run.checkpointPath(1, "generator.safetensors");
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  Deno.writeFileSync(path, bytes);
  const [status, text] = await lab.refusal(
    `/api/runs/${training.id}/checkpoints/000001/ema/weights.bin`,
  );
  assertEquals(status, 500);
  assertMatch(text, /generator\.safetensors" is damaged: expected sha256/);
});
