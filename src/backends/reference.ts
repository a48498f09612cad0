/** The stock cpu backend, kept under a name of its own: what device and kernels are checked against. */
import * as tf from "@tensorflow/tfjs";

/** Stock kernels only, whatever of ours stands in their place on `cpu`. */
export const REFERENCE = "cpu-stock";

/**
 * Registers `REFERENCE`, with the kernels that `cpu` has at the first call: call it before ours are
 * installed there. Later calls do nothing.
 */
export function keepReference(): void {
  if (tf.findBackendFactory(REFERENCE)) return;
  const Cpu = tf.findBackend("cpu").constructor as new () => tf.KernelBackend;
  tf.registerBackend(REFERENCE, () => greetInSilence(new Cpu()));
  tf.copyRegisteredKernels("cpu", REFERENCE);
}

/**
 * The cpu backend greets on its first write ("Hi, looks like you are running …") and recommends a
 * package that does not apply here. It greets through tfjs's own warnings, which the PROD flag mutes;
 * the write is made here, and the flag is put back so that later warnings are seen. Returns `cpu`.
 */
export function greetInSilence(cpu: tf.KernelBackend): tf.KernelBackend {
  const env = tf.env();
  const before = env.getBool("PROD");
  env.set("PROD", true);
  cpu.disposeData(cpu.write(new Float32Array(1), [1], "float32"));
  env.set("PROD", before);
  return cpu;
}
