import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { decodeUpright, pairOf } from "../../../data/pairs/decode.ts";
import { openDevice } from "../../../src/backends/open.ts";
import { probeDevice } from "../../../src/backends/probe.ts";
import { encodePng } from "../../../src/core/png.ts";
import { enlargeWhole, evaluatePair } from "../../../src/evaluation/enlargement.ts";
import { openPerceptual } from "../../../src/evaluation/perceptual.ts";
import { Enlarging } from "../../../src/evaluation/service/enlarging.ts";
import { ServiceError } from "../../../src/evaluation/service/messages.ts";
import { openEnlarger } from "../../../src/runs/open_enlarger.ts";
import { RunStore } from "../../../src/runs/store.ts";
import { TemporaryFolder } from "../../data/pictures.ts";
import { wavyPicture } from "../../metrics/fidelity/pictures.ts";
import { makeEnlargerRun } from "../../server/enlarger_run.ts";

await openDevice(await probeDevice("simd"), { threads: 1 });

const watch = { signal: new AbortController().signal, onProgress: () => {} };

Deno.test("Enlarging makes evaluatePair()'s picture and figures, perceptual distances among them", async () => {
  using folder = new TemporaryFolder();
  const store = new RunStore(folder.path);
  const run = await makeEnlargerRun(store, { scale: 3 });
  const pair = pairOf(wavyPicture(100, 70, 0), 3)!;
  const asks = {
    enlarger: { run, step: 5, sha256: "a" },
    scale: 3,
    low: await encodePng(pair.low),
    truth: await encodePng(pair.high),
  } as const;
  const enlarging = new Enlarging(store, () => openPerceptual("lab"));
  const first = await enlarging.enlarge(asks, watch);
  const tensors = tf.memory().numTensors;
  assertEquals((await enlarging.enlarge(asks, watch)).figures, first.figures);
  assertEquals(tf.memory().numTensors, tensors);

  using judged = await openEnlarger(store, { model: `${run}@5`, scale: 3 });
  using bicubic = await openEnlarger(store, { model: "bicubic", scale: 3 });
  using perceptual = await openPerceptual("lab");
  const { made, bicubic: plain } = await evaluatePair(pair, { judged, bicubic }, [perceptual!]);
  assertEquals(first.figures, made);
  assert("perceptual-lab" in made && "texture-lab" in made);
  const whole = await enlargeWhole(judged, pair.low);
  assertEquals((await decodeUpright(first.png)).colour, whole);
  const { figures } = await enlarging.enlarge({ ...asks, enlarger: "bicubic" }, watch);
  assertEquals(figures, plain);

  await assertRejects(
    () => enlarging.enlarge({ ...asks, scale: 2 }, watch),
    ServiceError,
    `Cannot enlarge 2 times with ${run}@5: it enlarges 3 times`,
  );
  enlarging[Symbol.dispose]();
});
