/** Whether a WebGPU adapter holds a large buffer: some allocate one and then fail to write all of it. */

const MEBIBYTE = 2 ** 20;
/** Of the probed buffer, in bytes. */
const PROBED_BYTES = 256 * MEBIBYTE;
/** Workgroups of 256 threads; each thread strides over the buffer. */
const WORKGROUPS = 1024;

/** What came of the large buffer. */
export interface BufferReport {
  readonly bytes: number;
  /** Null where the adapter's limits do not allow such a buffer, which is no fault. */
  readonly passed: boolean | null;
  readonly message: string;
}

/** Fills `values` with a word for each index that shows what was left out or written elsewhere. */
const FILL = `
  @group(0) @binding(0) var<storage, read_write> values: array<u32>;
  override first: u32;
  @compute @workgroup_size(256)
  fn fill(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) count: vec3<u32>) {
    for (var i = id.x; i < arrayLength(&values); i += count.x * 256u) {
      values[i] = (first + i) * 2654435761u;
    }
  }`;

const expectedWord = (index: number): number => Math.imul(index, 2654435761) >>> 0;

/**
 * Allocates 256 MiB on a device of its own, has a shader write every word, and reads back the words
 * around each binding's edges. Where the limits forbid it, says which limit.
 */
export async function probeBuffer(adapter: GPUAdapter): Promise<BufferReport> {
  const bytes = PROBED_BYTES;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  if (maxBufferSize < bytes) {
    const message = `not tried: buffers have at most ${mebibytes(maxBufferSize)} (maxBufferSize)`;
    return { bytes, passed: null, message };
  }
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  try {
    const failure = await tryBuffer(device, bytes);
    const note = maxStorageBufferBindingSize < bytes
      ? `; one tensor has at most ${
        mebibytes(maxStorageBufferBindingSize)
      } (maxStorageBufferBindingSize)`
      : "";
    const message = (failure ?? "allocated, written by a shader and read back") + note;
    return { bytes, passed: failure === null, message };
  } finally {
    device.destroy();
  }
}

/** What went wrong, or null. */
async function tryBuffer(device: GPUDevice, bytes: number): Promise<string | null> {
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const buffer = device.createBuffer({ size: bytes, usage });
  const outOfMemory = await device.popErrorScope();
  if (outOfMemory !== null) {
    await device.popErrorScope();
    return `cannot be allocated (${outOfMemory.message})`;
  }
  const windows = fillWindows(device, buffer, bytes);
  const corners = windows.flatMap(([from, to]) => [from, to - 4]);
  const words = await readWords(device, buffer, [...corners, bytes / 2]);
  const invalid = await device.popErrorScope();
  if (invalid !== null) return `cannot be written (${invalid.message})`;
  const wrong = words.find(({ offset, word }) => word !== expectedWord(offset / 4));
  return wrong === undefined
    ? null
    : `was written wrongly at byte ${wrong.offset}: expected ${expectedWord(wrong.offset / 4)}, ` +
      `got ${wrong.word}`;
}

/** Fills the buffer by as few bindings as the device allows; returns their ranges in bytes. */
function fillWindows(device: GPUDevice, buffer: GPUBuffer, bytes: number): [number, number][] {
  const alignment = device.limits.minStorageBufferOffsetAlignment;
  const most = Math.floor(device.limits.maxStorageBufferBindingSize / alignment) * alignment;
  const module = device.createShaderModule({ code: FILL });
  const encoder = device.createCommandEncoder();
  const windows: [number, number][] = [];
  for (let offset = 0; offset < bytes; offset += most) {
    const size = Math.min(most, bytes - offset);
    const pipeline = device.createComputePipeline({
      layout: "auto",
      compute: { module, entryPoint: "fill", constants: { first: offset / 4 } },
    });
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [{ binding: 0, resource: { buffer, offset, size } }],
      }),
    );
    pass.dispatchWorkgroups(WORKGROUPS);
    pass.end();
    windows.push([offset, offset + size]);
  }
  device.queue.submit([encoder.finish()]);
  return windows;
}

async function readWords(
  device: GPUDevice,
  buffer: GPUBuffer,
  offsets: readonly number[],
): Promise<{ offset: number; word: number }[]> {
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ size: offsets.length * 4, usage });
  const encoder = device.createCommandEncoder();
  offsets.forEach((offset, i) => encoder.copyBufferToBuffer(buffer, offset, staging, i * 4, 4));
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  return offsets.map((offset, i) => ({ offset, word: words[i]! }));
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / MEBIBYTE)} MiB`;
