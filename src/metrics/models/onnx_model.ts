/** Networks in ONNX, computed by onnxruntime-web on the processor. */
import type * as tf from "@tensorflow/tfjs";
import type { InferenceSession } from "onnxruntime-web/wasm";
import type { ModelFiles } from "./model_files.ts";
import {
  cannotOpen,
  type LoadedModel,
  type Model,
  type ModelOutput,
  onlyInput,
  type Port,
} from "./model.ts";

type Runtime = typeof import("onnxruntime-web/wasm");

const portOf = (port: InferenceSession.ValueMetadata): Port => ({
  name: port.name,
  shape: port.isTensor ? port.shape.map((n) => typeof n === "number" && n > 0 ? n : null) : null,
});

class OnnxPort implements Model {
  readonly format = "onnx";
  readonly input: Port;
  readonly outputs: readonly Port[];
  readonly inner = []; // a session gives its outputs alone
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;

  constructor(runtime: Runtime, session: InferenceSession, place: string) {
    this.#runtime = runtime;
    this.#session = session;
    const input = session.inputMetadata[0];
    this.input = onlyInput(session.inputMetadata.map(portOf), place);
    this.outputs = session.outputMetadata.map(portOf);
    if (input?.isTensor && input.type === "float32") return;
    throw new RangeError(
      `Cannot use the model "${place}": expected an input of float32, got ${
        input?.isTensor ? input.type : "no tensor"
      }`,
    );
  }

  async run(input: tf.Tensor4D, names: readonly string[]): Promise<readonly ModelOutput[]> {
    const unknown = names.find((name) => !this.outputs.some((port) => port.name === name));
    if (unknown !== undefined) {
      throw new RangeError(
        `Cannot compute "${unknown}": expected one of the model's outputs, ${
          this.outputs.map(({ name }) => name).join(", ")
        }`,
      );
    }
    const values = await input.data<"float32">();
    const fed = new this.#runtime.Tensor("float32", values, input.shape);
    const results = await this.#session.run({ [this.input.name]: fed }, [...names]);
    return names.map((name) => {
      const { data, dims } = results[name]!;
      return { values: Float32Array.from(data as Float32Array), shape: dims };
    });
  }

  [Symbol.dispose](): void {
    this.#session.release();
  }
}

/** Reads an .onnx file. The library is loaded on first use. The caller disposes of the model. */
export async function loadOnnxModel(files: ModelFiles): Promise<LoadedModel> {
  const bytes = await files.read();
  const runtime = await import("onnxruntime-web/wasm");
  runtime.env.wasm.numThreads = 1; // its threads are workers from blobs, which Deno's loader refuses
  let session: InferenceSession;
  try {
    session = await runtime.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  } catch (error) {
    throw cannotOpen(files.place, error);
  }
  try {
    return { model: new OnnxPort(runtime, session, files.place), bytes: [bytes] };
  } catch (error) {
    await session.release();
    throw error;
  }
}
