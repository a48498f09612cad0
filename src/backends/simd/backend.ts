/**
 * The TensorFlow.js backend `simd`: the cpu backend, with tensors in memory that our kernels and
 * their threads share. A stock kernel reads a tensor through `values`, a view of that memory, and
 * leaves its result on the JavaScript heap; it moves over when a kernel of ours first needs it.
 */
import * as tf from "@tensorflow/tfjs";
import { HeapError, type HeapReport } from "./heap.ts";
import { DataId, DataStore } from "./storage.ts";
import type { Threads } from "./threads.ts";

type Values = Float32Array | Int32Array | Uint8Array;
type NumericType = "float32" | "int32" | "bool";

/** What the cpu backend keeps of a tensor. */
interface TensorData {
  readonly dtype: tf.DataType;
  refCount: number;
  values: unknown;
  complexTensorInfos?: { real: tf.TensorInfo; imag: tf.TensorInfo } | undefined;
}

/** What ours inherits; the package's types do not export the class. */
interface CpuBackend extends tf.KernelBackend {
  readonly data: tf.DataStorage<TensorData>;
  makeTensorInfo(shape: readonly number[], dtype: tf.DataType, values?: unknown): tf.TensorInfo;
  disposeIntermediateTensorInfo(info: tf.TensorInfo): void;
}

const VIEWS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;
/** Kernels count elements in 32 bits with a sign. */
const MOST_ELEMENTS = 2 ** 31 - 1;
const BYTES = { float32: 4, int32: 4, bool: 1 } as const;

/** A tensor in shared memory. The view that stock kernels want is made when one asks for it. */
class ResidentData implements TensorData {
  refCount: number;
  complexTensorInfos?: undefined;
  /** The same numbers as another type: see `SimdBackend.address`. Freed with these. */
  converted: ResidentData | undefined = undefined;
  #values: Values | undefined;

  constructor(
    readonly memory: WebAssembly.Memory,
    readonly address: number,
    readonly dtype: NumericType,
    readonly size: number,
    refCount = 1,
  ) {
    this.refCount = refCount;
  }

  get values(): Values {
    return this.#values ??= new VIEWS[this.dtype](this.memory.buffer, this.address, this.size);
  }
}

const Cpu = tf.findBackend("cpu").constructor as new () => CpuBackend;

/** What `tf.memory()` tells of this backend besides counts of tensors. */
export interface SimdMemory extends HeapReport {
  readonly unreliable: boolean;
  readonly reasons: string[];
}

/** A backend on `threads`, which it takes over: `dispose` ends them. */
export class SimdBackend extends Cpu {
  readonly threads: Threads;
  /** Whether convolutions are computed directly, without Winograd's transforms. */
  readonly exactConv: boolean;
  override readonly data: DataStore<TensorData> = new DataStore<TensorData>(this);
  #nextId = 0;
  /** Outputs of the kernel that runs, or ran last. */
  readonly #made: object[] = [];

  constructor(threads: Threads, { exactConv = false }: { exactConv?: boolean | undefined } = {}) {
    super();
    this.threads = threads;
    this.exactConv = exactConv;
  }

  /**
   * A new tensor in shared memory, its values not set yet. Throws HeapError where memory ran out. The
   * caller owns it, as kernels do until they return it.
   */
  output(shape: readonly number[], dtype: NumericType = "float32"): tf.TensorInfo {
    let size = 1;
    for (let i = 0; i < shape.length; i++) size *= shape[i]!;
    const address = this.#allocate(size, dtype);
    const dataId = new DataId<TensorData>(this.#nextId++);
    this.data.set(dataId, new ResidentData(this.threads.heap.memory, address, dtype, size));
    this.#made.push(dataId);
    return { dataId, shape: shape as number[], dtype };
  }

  /** Runs a kernel of ours. Where it throws, what it had made is freed: it could return none of it. */
  attempt<T>(kernel: () => T): T {
    this.#made.length = 0;
    try {
      return kernel();
    } catch (error) {
      for (const dataId of this.#made) this.disposeData(dataId, true);
      throw error;
    }
  }

  /** The same data under another shape: what reshaping costs. */
  alias({ dataId, dtype }: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
    this.incRef(dataId);
    return { dataId, shape: shape as number[], dtype };
  }

  /**
   * Address of a tensor's values: float32 or int32, or one byte each for bool. Moves a tensor here
   * that a stock kernel or the user left on the JavaScript heap, and converts one that shares numbers of
   * another type, as stock casts to a wider type do. Valid as long as the tensor lives.
   */
  address(tensor: tf.TensorInfo): number {
    const data = this.data.get(tensor.dataId);
    if (data instanceof ResidentData && data.dtype === tensor.dtype) return data.address;
    return this.#bring(tensor, data);
  }

  /** Runs `body` with `bytes` of scratch memory at the address that it gets. */
  withScratch<T>(bytes: number, body: (address: number) => T): T {
    const { heap } = this.threads;
    const address = heap.allocate(bytes);
    try {
      return body(address);
    } finally {
      heap.free(address);
    }
  }

  /** Unlike the cpu backend's, greets nobody. Views of shared memory are copied: see `ResidentData`. */
  override write(
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
  ): object {
    const dataId = new DataId<TensorData>(this.#nextId++);
    this.data.set(dataId, { values, dtype, refCount: 1 });
    // A stock kernel that returns a part of its input (slice) must not see it freed with the input.
    if (this.#isView(values)) this.#moveIn(dataId, this.data.get(dataId));
    return dataId;
  }

  override move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    _shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    this.data.set(dataId, { values, dtype, refCount });
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.data.has(dataId)) return true;
    const data = this.data.get(dataId);
    data.refCount--;
    if (!force && data.refCount > 0) return false;
    this.data.delete(dataId);
    if (data instanceof ResidentData) this.#free(data);
    else if (data.complexTensorInfos) {
      this.disposeData(data.complexTensorInfos.real.dataId, true);
      this.disposeData(data.complexTensorInfos.imag.dataId, true);
    }
    return true;
  }

  /** A copy, wherever the values lie, so that it outlives the tensor and may be written to. */
  override readSync(dataId: object): tf.backend_util.BackendValues {
    const data = this.data.get(dataId);
    if (data instanceof ResidentData) return data.values.slice();
    const values = super.readSync(dataId) as tf.backend_util.BackendValues;
    return values === data.values ? values.slice() : values;
  }

  override read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return Promise.resolve(this.readSync(dataId));
  }

  override memory(): SimdMemory {
    return { unreliable: false, reasons: [], ...this.threads.heap.report() };
  }

  override dispose(): void {
    void this.threads.stop();
  }

  #allocate(size: number, dtype: NumericType): number {
    if (size > MOST_ELEMENTS) {
      throw new HeapError(
        `Cannot make a tensor of ${size} elements: kernels count up to ${MOST_ELEMENTS}. Take a ` +
          "smaller batch or image size",
      );
    }
    return this.threads.heap.allocate(size * BYTES[dtype]);
  }

  #isView(values: unknown): boolean {
    return ArrayBuffer.isView(values) && typeof SharedArrayBuffer !== "undefined" &&
      (values.buffer as ArrayBufferLike) instanceof SharedArrayBuffer;
  }

  #bring({ dataId, dtype }: tf.TensorInfo, data: TensorData): number {
    let resident = data instanceof ResidentData ? data : this.#moveIn(dataId, data);
    while (resident.dtype !== dtype) {
      resident = resident.converted ??= this.#copy(resident.values, dtype, 1);
    }
    return resident.address;
  }

  #moveIn(dataId: object, { values, dtype, refCount }: TensorData): ResidentData {
    const data = this.#copy(values as ArrayLike<number>, dtype, refCount);
    this.data.set(dataId, data);
    return data;
  }

  #copy(values: ArrayLike<number>, dtype: tf.DataType, refCount: number): ResidentData {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
      throw new TypeError(
        `Cannot keep a ${dtype} tensor in shared memory: only numbers live there`,
      );
    }
    const address = this.#allocate(values.length, dtype);
    const { memory } = this.threads.heap;
    const data = new ResidentData(memory, address, dtype, values.length, refCount);
    data.values.set(values);
    return data;
  }

  #free(data: ResidentData): void {
    for (let each: ResidentData | undefined = data; each; each = each.converted) {
      this.threads.heap.free(each.address);
    }
  }
}
