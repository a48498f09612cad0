/** The few things used last, kept open. */

/** Opens by key, keeps those used last and disposes of the others. One key is opened once, however many ask. */
export class Kept<T extends Disposable> implements Disposable {
  readonly #budget: number;
  readonly #sizeOf: (value: T) => number;
  /** The newest use comes last. `size` is 0 until it is open. */
  readonly #entries = new Map<string, { readonly value: Promise<T>; size: number }>();

  /** Keeps what fits into `budget` by `sizeOf`, and the newest in any case; without `sizeOf` so many. */
  constructor(budget: number, sizeOf: (value: T) => number = () => 1) {
    this.#budget = budget;
    this.#sizeOf = sizeOf;
  }

  /** Whether `key` is open or being opened. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /**
   * What `key` names, opened by `open` unless it is at hand. It stays open until others push it out: use
   * it at once, and ask again later. A failure is not kept.
   */
  get(key: string, open: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known.value;
    }
    const entry = { value: open(), size: 0 };
    this.#entries.set(key, entry);
    entry.value.then((value) => {
      entry.size = this.#sizeOf(value);
      this.#makeRoom();
    }, () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.value;
  }

  #makeRoom(): void {
    let total = 0;
    for (const { size } of this.#entries.values()) total += size;
    for (const [key, { size }] of this.#entries) {
      if (total <= this.#budget || this.#entries.size === 1) return;
      total -= size;
      this.#drop(key);
    }
  }

  #drop(key: string): void {
    const { value } = this.#entries.get(key)!;
    this.#entries.delete(key);
    value.then((opened) => opened[Symbol.dispose](), () => {}); // who asked was told of the failure
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#entries.keys()]) this.#drop(key);
  }
}
