/** Pictures handed in and what was made of them: in memory, the least recently used forgotten first. */
import type { PictureInfo } from "../../core/enlarge_protocol.ts";
import type { Orders } from "./messages.ts";

type PngBytes = Uint8Array<ArrayBuffer>;

/** What an enlarger made of a picture. */
export type EnlargedPicture = Orders["enlarge"]["gives"];

/** A picture at hand. */
export interface ShelvedPicture {
  readonly info: PictureInfo;
  readonly low: PngBytes;
  readonly truth: PngBytes | null;
}

interface Place {
  readonly picture: ShelvedPicture;
  /** By enlarger, the newest last. */
  readonly results: Map<string, EnlargedPicture>;
}

function bytesOf({ picture: { low, truth }, results }: Place): number {
  const made = [...results.values()].reduce((sum, { png }) => sum + png.length, 0);
  return low.length + (truth?.length ?? 0) + made;
}

/** Holds at most so many bytes, and the newest picture with its newest result in any case. */
export class PictureShelf {
  readonly #mostBytes: number;
  /** By id, the one used last at the end. */
  readonly #places = new Map<string, Place>();

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** Of all that is held. */
  get bytes(): number {
    return [...this.#places.values()].reduce((sum, place) => sum + bytesOf(place), 0);
  }

  /** Puts a picture at hand, results of the same one kept. */
  put(picture: ShelvedPicture): void {
    const { id } = picture.info;
    const results = this.#places.get(id)?.results ?? new Map();
    this.#places.delete(id);
    this.#places.set(id, { picture, results });
    this.#makeRoom();
  }

  /** null where it was forgotten, or never known. */
  get(id: string): ShelvedPicture | null {
    return this.#use(id)?.picture ?? null;
  }

  /** Keeps a result beside its picture, which comes back if it was forgotten meanwhile. */
  putResult(picture: ShelvedPicture, enlarger: string, result: EnlargedPicture): void {
    this.put(picture);
    this.#places.get(picture.info.id)!.results.set(enlarger, result);
    this.#makeRoom();
  }

  /** null where there is none. */
  result(id: string, enlarger: string): EnlargedPicture | null {
    const results = this.#use(id)?.results;
    const result = results?.get(enlarger);
    if (results === undefined || result === undefined) return null;
    results.delete(enlarger);
    results.set(enlarger, result);
    return result;
  }

  #use(id: string): Place | null {
    const place = this.#places.get(id);
    if (place === undefined) return null;
    this.#places.delete(id);
    this.#places.set(id, place);
    return place;
  }

  #makeRoom(): void {
    for (const id of [...this.#places.keys()].slice(0, -1)) {
      if (this.bytes <= this.#mostBytes) return;
      this.#places.delete(id);
    }
    for (const { results } of this.#places.values()) {
      for (const enlarger of [...results.keys()].slice(0, -1)) {
        if (this.bytes <= this.#mostBytes) return;
        results.delete(enlarger);
      }
    }
  }
}
