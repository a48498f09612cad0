/** In the worker: finds a device that computes, and computes right. */
import type { BrowserKind, WorkerSettings } from "./messages.ts";
import {
  adapterName,
  greetInSilence,
  installWebGpuKernels,
  isSoftwareAdapter,
  isSoftwareName,
  keepReference,
  missingForSimd,
  REFERENCE,
  registerSimd,
  SIMD,
  tf,
  WebGPUBackend,
  webWorkers,
} from "./model.ts";

/** Threads beyond so many gain little on networks of this size. */
const MOST_THREADS = 8;
/** A device's numbers may be off by so much where they are about 1; half an 8-bit step is 0.004. */
const TOLERANCE = 1e-4;

/** A device that draws. */
export interface OpenedDevice {
  readonly kind: BrowserKind;
  /** What a person calls it. */
  readonly name: string;
  readonly passedOver: readonly string[];
}

/** Why a device is not taken. */
class PassedOver extends Error {}

type Open = (settings: WorkerSettings, onLost: (why: string) => void) => Promise<string>;

const openers: Readonly<Record<BrowserKind, Open>> = {
  webgpu: openWebGpu,
  webgl: openWebGl,
  wasm: openWasm,
};

/**
 * Opens the first of `settings.kinds` that works and agrees with the stock cpu backend; null and the
 * reasons where none does. `onLost` is told when it stops working.
 */
export async function openFirst(
  settings: WorkerSettings,
  onLost: (why: string) => void,
): Promise<OpenedDevice | { readonly kind: null; readonly passedOver: readonly string[] }> {
  greetInSilence(tf.findBackend("cpu"));
  keepReference();
  const passedOver: string[] = [];
  let taken: BrowserKind | null = null;
  for (const kind of settings.kinds) {
    // One that was passed over may be lost later on, as others are: that is no news.
    const lost = (why: string) => kind === taken && onLost(why);
    try {
      const name = await openers[kind](settings, lost);
      await assertRight();
      taken = kind;
      return { kind, name, passedOver };
    } catch (error) {
      passedOver.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { kind: null, passedOver };
}

async function openWebGpu({ byName }: WorkerSettings, onLost: (why: string) => void) {
  if (!navigator.gpu) throw new PassedOver("this browser has none");
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) throw new PassedOver("the browser offers no adapter");
  const name = adapterName(adapter.info);
  if (byName !== "webgpu" && isSoftwareAdapter(adapter.info)) {
    throw new PassedOver(`"${name}" is software`);
  }
  await start("webgpu");
  const backend = tf.backend();
  if (!(backend instanceof WebGPUBackend)) throw new Error("it did not start");
  installWebGpuKernels();
  backend.device.lost.then(({ message }) => onLost(message || "the device was lost"));
  backend.device.addEventListener("uncapturederror", (event) => {
    onLost((event as GPUUncapturedErrorEvent).error.message);
  });
  return name;
}

/** The renderer behind WebGL, where the browser tells. */
function webGlRenderer(gl: WebGL2RenderingContext): string {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  return String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

async function openWebGl({ byName }: WorkerSettings, onLost: (why: string) => void) {
  const canvas = new OffscreenCanvas(1, 1);
  const gl = canvas.getContext("webgl2");
  if (!gl) throw new PassedOver("this browser has no WebGL 2 in workers");
  const name = webGlRenderer(gl);
  gl.getExtension("WEBGL_lose_context")?.loseContext(); // it was only asked for its name
  if (byName !== "webgl" && isSoftwareName(name)) throw new PassedOver(`"${name}" is software`);
  tf.env().set("WEBGL_FORCE_F16_TEXTURES", false);
  if (!tf.env().getBool("WEBGL_RENDER_FLOAT32_CAPABLE")) {
    throw new PassedOver("it has no 32-bit floats");
  }
  await start("webgl");
  const { gpgpu } = tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } };
  gpgpu.gl.canvas.addEventListener("webglcontextlost", () => onLost("the context was lost"));
  return name;
}

async function openWasm({ assets }: WorkerSettings) {
  const missing = missingForSimd();
  if (missing !== null) throw new PassedOver(missing);
  const { threads } = await registerSimd({
    threads: Math.min(MOST_THREADS, navigator.hardwareConcurrency),
    startWorker: webWorkers(new URL("simd-thread.js", assets)),
    wasmFolder: new URL(assets),
  });
  await start(SIMD);
  return threads.count === 1 ? "processor, 1 thread" : `processor, ${threads.count} threads`;
}

async function start(backend: string): Promise<void> {
  if (!await tf.setBackend(backend)) throw new Error("TensorFlow.js cannot start it");
  await tf.ready();
}

/** Throws where the device's numbers are not those of the stock cpu backend: 16-bit floats, or a broken driver. */
async function assertRight(): Promise<void> {
  const device = tf.getBackend();
  const came = await smallPicture();
  await start(REFERENCE);
  const expected = await smallPicture();
  await start(device);
  const error = came.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  if (error <= TOLERANCE) return; // NaN is not
  throw new PassedOver(`its numbers are off by ${error.toPrecision(2)}`);
}

/** What every generator does, once, on few numbers: a transposed convolution, a normalization, a tanh. */
async function smallPicture(): Promise<Float32Array> {
  const picture = tf.tidy(() => {
    const wave = (shape: number[], step: number) => {
      const size = shape.reduce((a, b) => a * b);
      return tf.tensor(Float32Array.from({ length: size }, (_, i) => Math.sin(i * step)), shape);
    };
    const x = wave([1, 4, 4, 16], 0.37) as tf.Tensor4D;
    const filter = wave([4, 4, 8, 16], 0.11) as tf.Tensor4D;
    const y = tf.conv2dTranspose(x, filter, [1, 8, 8, 8], 2, "same");
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    return tf.tanh(tf.batchNorm(y, mean as tf.Tensor1D, variance as tf.Tensor1D));
  });
  const values = await picture.data<"float32">();
  picture.dispose();
  return values;
}
