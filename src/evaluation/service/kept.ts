/** The few things used last, kept open. */

/** Opens by key, keeps the last `limit` and disposes of the others. One key is opened once, however many ask. */
export class Kept<T extends Disposable> implements Disposable {
  readonly #limit: number;
  readonly #open = new Map<string, Promise<T>>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What `key` names, opened by `open` unless it is at hand. A failure is not kept. */
  get(key: string, open: () => Promise<T>): Promise<T> {
    const known = this.#open.get(key);
    this.#open.delete(key);
    const value = known ?? open();
    this.#open.set(key, value); // the newest use comes last
    if (!known) value.catch(() => this.#open.delete(key));
    if (this.#open.size > this.#limit) this.#drop(this.#open.keys().next().value!);
    return value;
  }

  #drop(key: string): void {
    const value = this.#open.get(key)!;
    this.#open.delete(key);
    value.then((opened) => opened[Symbol.dispose](), () => {}); // who asked was told of the failure
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#open.keys()]) this.#drop(key);
  }
}
