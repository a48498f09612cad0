/** Reads the texts of `expression.ts`. Typed arrays only: the page uses this file, too. */
import { type LatentExpression, MOST_NEIGHBOURS, type Move } from "./expression.ts";

/** Bounds that no expression of the lab's comes near: an address may hold anything. */
const MOST_DEPTH = 12;
const MOST_PARTS = 512;
const MOST_SEED_DIGITS = 15;

/** Reads one expression. Throws a RangeError that says where the text goes wrong. */
export function parseExpression(text: string): LatentExpression {
  const reader = new Reader(text);
  const expression = reader.expression();
  reader.end();
  return expression;
}

/** Reads several, separated by commas; an empty text has none. Throws as `parseExpression` does. */
export function parseExpressions(text: string): LatentExpression[] {
  if (text === "") return [];
  const reader = new Reader(text);
  const expressions = reader.list();
  reader.end();
  return expressions;
}

/** A recursive-descent parser of one text. */
class Reader {
  #at = 0;
  #depth = 0;
  #parts = 0;

  constructor(private readonly text: string) {}

  end(): void {
    if (this.#at < this.text.length) this.#fail("its end");
  }

  /** One or more, separated by commas. */
  list(): LatentExpression[] {
    const of = [this.expression()];
    while (this.#take(/,/y) !== null) of.push(this.expression());
    return of;
  }

  expression(): LatentExpression {
    if (++this.#parts > MOST_PARTS) this.#fail(`at most ${MOST_PARTS} parts`);
    const seed = this.#take(/\d+/y);
    if (seed !== null) return { kind: "seed", seed: this.#seed(seed) };
    const kind = this.#take(/(mean|arith|typical|near|move|slerp|lerp)(?=\()/y);
    if (kind === null) this.#fail("a seed or one of mean, arith, typical, near, move, slerp, lerp");
    if (++this.#depth > MOST_DEPTH) this.#fail(`at most ${MOST_DEPTH} brackets within each other`);
    this.#expect("(");
    const expression = this.#body(kind);
    this.#expect(")");
    this.#depth--;
    return expression;
  }

  #body(kind: string): LatentExpression {
    switch (kind) {
      case "mean":
        return { kind, of: this.list() };
      case "arith": {
        const [a, b, c] = [this.#listThen(), this.#listThen(), this.#listThen()];
        return { kind, a, b, c, strength: this.#number() };
      }
      case "typical":
        return { kind, of: this.expression() };
      case "near": {
        const [of, noise] = [this.#then(this.expression()), this.#then(this.#number())];
        return { kind, of, noise, seed: this.#then(this.#whole()), index: this.#index() };
      }
      case "move":
        return { kind, of: this.expression(), by: this.#moves() };
      default: {
        const [from, to] = [this.#then(this.expression()), this.#then(this.expression())];
        return { kind: kind === "slerp" ? "slerp" : "lerp", from, to, t: this.#number() };
      }
    }
  }

  #moves(): Move[] {
    const by: Move[] = [];
    while (this.#take(/;/y) !== null) {
      const name = this.#take(/[^;:(),]+/y) ?? this.#fail("a direction's name");
      this.#expect(":");
      by.push({ name: this.#decoded(name), alpha: this.#number() });
    }
    return by;
  }

  #decoded(name: string): string {
    try {
      return decodeURIComponent(name);
    } catch {
      return this.#fail("a direction's name, percent-encoded");
    }
  }

  #listThen(): LatentExpression[] {
    return this.#then(this.list());
  }

  #then<T>(value: T): T {
    this.#expect(";");
    return value;
  }

  #number(): number {
    return Number(this.#take(/-?\d{1,9}(\.\d{1,9})?/y) ?? this.#fail("a number"));
  }

  #whole(): number {
    return this.#seed(this.#take(/\d+/y) ?? this.#fail("a seed"));
  }

  #index(): number {
    const index = this.#whole();
    return index < MOST_NEIGHBOURS ? index : this.#fail(`a number below ${MOST_NEIGHBOURS}`);
  }

  #seed(digits: string): number {
    if (digits.length > MOST_SEED_DIGITS) {
      this.#fail(`a seed of at most ${MOST_SEED_DIGITS} digits`);
    }
    return Number(digits);
  }

  #expect(sign: string): void {
    if (this.text[this.#at] !== sign) this.#fail(`"${sign}"`);
    this.#at++;
  }

  /** What a sticky pattern finds here, passed over; null where it finds nothing. */
  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #fail(expected: string): never {
    const rest = this.text.slice(this.#at, this.#at + 20);
    throw new RangeError(
      `Cannot read the latent "${this.text.slice(0, 80)}": expected ${expected} at character ` +
        `${this.#at + 1}, got ${rest === "" ? "the end" : `"${rest}"`}`,
    );
  }
}
