/** Matrix products of long sums on WebGPU, against the stock cpu backend's. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { openDevice } from "../../../src/backends/open.ts";
import { probeDevice } from "../../../src/backends/probe.ts";
import { Rng } from "../../../src/core/rng.ts";
import { webgpu } from "../../webgpu.ts";

type Turns = readonly [a: boolean, b: boolean];

/** The product's values on a backend, and how many buffers it left there. */
async function product(
  backend: string,
  [m, k, n]: readonly [number, number, number],
  [transposeA, transposeB]: Turns,
) {
  await tf.setBackend(backend);
  const normal = (shape: [number, number], name: string) =>
    tf.tensor2d(new Rng(1, name).fillNormal(new Float32Array(shape[0] * shape[1])), shape);
  const a = normal(transposeA ? [k, m] : [m, k], "a");
  const b = normal(transposeB ? [n, k] : [k, n], "b");
  const bias = normal([1, n], "bias");
  const before = tf.backend().numDataIds();
  const plain = tf.matMul(a, b, transposeA, transposeB);
  const fused = tf.fused.matMul({ a, b, transposeA, transposeB, bias, activation: "relu" });
  const values = [await plain.data<"float32">(), await fused.data<"float32">()];
  tf.dispose([plain, fused]);
  const left = tf.backend().numDataIds() - before;
  tf.dispose([a, b, bias]);
  return { values, left };
}

Deno.test(
  "WebGPU products of long sums are right, whichever operands are transposed, and leave nothing behind",
  webgpu,
  async () => {
    await openDevice(await probeDevice("webgpu"), { threads: 0 });
    const all: readonly Turns[] = [[false, true], [true, true], [false, false]];
    for (const turns of all) {
      for (const shape of [[2, 2048, 100], [16, 2003, 64]] as const) {
        const ours = await product("webgpu", shape, turns);
        const expected = await product("cpu", shape, turns);
        assertEquals(ours.left, 0);
        for (const [which, values] of ours.values.entries()) {
          const right = expected.values[which]!;
          const worst = Math.max(...values.map((value, i) => Math.abs(value - right[i]!)));
          assert(worst < 1e-3, `[${shape}], transposed ${turns}: ${worst} apart`);
        }
      }
    }
  },
);
