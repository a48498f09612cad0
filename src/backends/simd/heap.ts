/**
 * The allocator of the memory that tensors, scratch space and threads share.
 *
 * Sizes are rounded up to classes, four to an octave, so that at most a fifth of a block is wasted and
 * a training step finds the blocks that the step before it freed. Freed blocks wait in their class's
 * list; where memory cannot grow, a larger class's block is split, and where there is none, freed
 * neighbours are joined.
 */

const PAGE = 65_536;
/** What 32 bits address, less a page, so that the address behind a block is never 0. */
const ADDRESSABLE = 65_535 * PAGE;
/** Blocks start at multiples of this: a cache line. */
const ALIGNMENT = 64;
/** Bytes of pattern before and behind each block of a guarded heap. */
const GUARD = 256;
/** A NaN, so that what is read outside a tensor or after its end shows in results. */
const PATTERN = 0x7fc0dead;

/** Memory ran out, or a block was misused. The message says what was asked for and what there is. */
export class HeapError extends Error {
  override readonly name = "HeapError";
}

/** Counts of bytes. */
export interface HeapReport {
  /** Asked for and not yet freed. */
  readonly used: number;
  /** The most that was in use at one time, as blocks. */
  readonly highWater: number;
  /** Obtained from the system; never given back. */
  readonly reserved: number;
  /** Share of the obtained memory that lies in freed blocks or in the rounding of used ones, 0 to 1. */
  readonly fragmentation: number;
}

/** A block's address, the bytes asked for and the bytes of its class. */
interface Block {
  readonly bytes: number;
  readonly size: number;
}

/** Settings of a heap. */
export interface HeapOptions {
  /** First byte that may be handed out. */
  readonly start: number;
  /** Bytes beyond which memory does not grow. 4 GiB, which is what 32 bits address, unless told. */
  readonly limit?: number;
  /** Surrounds blocks by guard zones and fills them with NaN, fresh and freed. For tests: slow. */
  readonly guarded?: boolean;
}

/** Hands out blocks of a shared WebAssembly memory. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  readonly #limit: number;
  readonly #guard: number;
  readonly #free = new Map<number, number[]>();
  readonly #blocks = new Map<number, Block>();
  readonly #start: number;
  #end: number;
  #used = 0;
  #inBlocks = 0;
  #highWater = 0;

  constructor(memory: WebAssembly.Memory, { start, limit, guarded }: HeapOptions) {
    this.memory = memory;
    this.#limit = limit ?? ADDRESSABLE;
    this.#guard = guarded === true ? GUARD : 0;
    this.#start = this.#end = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
  }

  /** Address of a fresh block of at least `bytes`, not cleared. Throws HeapError where memory ran out. */
  allocate(bytes: number): number {
    if (!(bytes >= 0)) {
      throw new HeapError(`Cannot allocate ${bytes} bytes: a size of 0 or more was expected`);
    }
    const size = sizeClass(bytes + 2 * this.#guard);
    const block = this.#free.get(size)?.pop() ?? this.#extend(size, bytes);
    const address = block + this.#guard;
    this.#blocks.set(address, { bytes, size });
    this.#used += bytes;
    this.#inBlocks += size;
    if (this.#inBlocks > this.#highWater) this.#highWater = this.#inBlocks;
    if (this.#guard > 0) this.#fill(block, size);
    return address;
  }

  /** Takes back a block. Throws HeapError where `address` is none, or its guard zones were written to. */
  free(address: number): void {
    const block = this.#blocks.get(address);
    if (block === undefined) {
      throw new HeapError(`Cannot free memory at ${address}: no block in use starts there`);
    }
    if (this.#guard > 0) {
      this.#check(address, block);
      this.#fill(address - this.#guard, block.size);
    }
    this.#blocks.delete(address);
    this.#used -= block.bytes;
    this.#inBlocks -= block.size;
    const list = this.#free.get(block.size);
    if (list === undefined) this.#free.set(block.size, [address - this.#guard]);
    else list.push(address - this.#guard);
  }

  /** Whether a block in use starts at `address`. */
  owns(address: number): boolean {
    return this.#blocks.has(address);
  }

  /** Throws HeapError where a guard zone of a block in use was written to. Guarded heaps only. */
  checkGuards(): void {
    for (const [address, block] of this.#blocks) this.#check(address, block);
  }

  report(): HeapReport {
    const obtained = this.#end - this.#start;
    return {
      used: this.#used,
      highWater: this.#highWater,
      reserved: this.memory.buffer.byteLength,
      fragmentation: obtained === 0 ? 0 : 1 - this.#used / obtained,
    };
  }

  /** A block from beyond all others, or where memory may not grow one made of free ones. */
  #extend(size: number, bytes: number): number {
    const block = this.#append(size) ?? this.#split(size);
    if (block !== null) return block;
    this.#joinNeighbours();
    const joined = this.#append(size) ?? this.#free.get(size)?.pop() ?? this.#split(size);
    if (joined !== null) return joined;
    const { used, reserved } = this.report();
    throw new HeapError(
      `Cannot allocate ${mebibytes(bytes)} for a tensor: ${mebibytes(used)} are in use and ` +
        `${mebibytes(reserved)} of at most ${mebibytes(this.#limit)} obtained. ` +
        "Take a smaller batch, image size or number of filters, or dispose of tensors",
    );
  }

  /** A block beyond all others; null where memory ends. */
  #append(size: number): number | null {
    const block = this.#end;
    const end = block + size;
    if (end > this.#limit) return null;
    if (end > this.memory.buffer.byteLength && !this.#grow(end)) return null;
    this.#end = end;
    return block;
  }

  #grow(needed: number): boolean {
    const now = this.memory.buffer.byteLength;
    // An eighth more than needed: growing is a system call and a new buffer object.
    const wanted = Math.min(this.#limit, Math.max(needed, now + now / 8));
    for (const target of [wanted, needed]) {
      try {
        this.memory.grow(Math.ceil((target - now) / PAGE));
        return true;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    return false;
  }

  /** The front of the smallest free block that is larger; the rest is free again. Null where there is none. */
  #split(size: number): number | null {
    let chosen = Infinity;
    for (const [candidate, list] of this.#free) {
      if (candidate > size && candidate < chosen && list.length > 0) chosen = candidate;
    }
    const block = this.#free.get(chosen)?.pop();
    if (block === undefined) return null;
    this.#release(block + size, chosen - size);
    return block;
  }

  /** Makes one free block of those that touch, of several classes where no one class holds them. */
  #joinNeighbours(): void {
    const blocks = [...this.#free].flatMap(([size, list]) => list.map((start) => ({ start, size })))
      .sort((a, b) => a.start - b.start);
    this.#free.clear();
    for (let i = 0; i < blocks.length;) {
      const { start } = blocks[i]!;
      let end = start;
      while (i < blocks.length && blocks[i]!.start === end) end += blocks[i++]!.size;
      if (end === this.#end) this.#end = start;
      else this.#release(start, end - start);
    }
  }

  /** Splits memory into blocks of whole classes and frees them. */
  #release(address: number, bytes: number): void {
    while (bytes >= ALIGNMENT) {
      const size = classBelow(bytes);
      const list = this.#free.get(size);
      if (list === undefined) this.#free.set(size, [address]);
      else list.push(address);
      address += size;
      bytes -= size;
    }
  }

  #fill(block: number, size: number): void {
    new Int32Array(this.memory.buffer, block, size >> 2).fill(PATTERN);
  }

  #check(address: number, { bytes, size }: Block): void {
    const start = address - GUARD;
    const changed = this.#firstChange(start, address) ??
      this.#firstChange(address + bytes, start + size);
    if (changed === null) return;
    throw new HeapError(
      `A kernel wrote to byte ${changed - address} of a block of ${bytes} bytes at ${address}`,
    );
  }

  /** The first address that no longer holds the pattern. Looks at whole words: blocks may be long. */
  #firstChange(start: number, end: number): number | null {
    const aligned = start + (-start & 3);
    const words = new Int32Array(this.memory.buffer, aligned, (end - aligned) >> 2);
    let intact = 0;
    while (intact < words.length && words[intact] === PATTERN) intact++;
    const bytes = new Uint8Array(this.memory.buffer);
    const same = (at: number) => bytes[at] === ((PATTERN >>> (8 * (at & 3))) & 255);
    for (let at = start; at < aligned; at++) if (!same(at)) return at;
    for (let at = aligned + 4 * intact; at < end; at++) if (!same(at)) return at;
    return null;
  }
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/** The smallest class that holds `bytes`: 64 · {4, 5, 6, 7}/4 · 2ᵏ, in whole cache lines. */
export function sizeClass(bytes: number): number {
  if (bytes <= 4 * ALIGNMENT) return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
  const quarter = 2 ** (Math.floor(Math.log2(bytes - 1)) - 2);
  return Math.ceil(bytes / quarter) * quarter;
}

/** The largest class of at most `bytes`. */
function classBelow(bytes: number): number {
  if (bytes < 4 * ALIGNMENT) return Math.floor(bytes / ALIGNMENT) * ALIGNMENT;
  const quarter = 2 ** (Math.floor(Math.log2(bytes)) - 2);
  return Math.floor(bytes / quarter) * quarter;
}
