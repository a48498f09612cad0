/**
 * Finds the prepared images of a folder without decoding it again, and never another state's.
 *
 * Three names, from cheap to certain. The shape key tells options, file names and lengths; it begins
 * a packed file's name. The content key adds what every file holds; it ends that name. The listing
 * key tells the folder's path and all that the file system says of its files; under it a small
 * record names the packed file, so that a folder nobody touched opens without its files being read.
 */
import { join } from "@std/path";
import { sha256Hex, writeWhole } from "../../src/core/fs.ts";
import type { Listing } from "./list.ts";

/**
 * A file written within this time before it was listed may be written again without its time
 * changing, as clocks of file systems are coarse (2 s on FAT).
 */
const CLOCK_GRAIN_MS = 2000;

async function digest(value: unknown): Promise<string> {
  const hex = await sha256Hex(new TextEncoder().encode(JSON.stringify(value)));
  return hex.slice(0, 32);
}

/** Where prepared files lie, and how they are opened. */
export interface CacheOptions<Prepared> {
  readonly folder: string;
  /** Opens a prepared file; null where there is none, or where it was damaged and is now removed. */
  open(path: string): Prepared | null;
}

/** The prepared images of one folder's listing, `Prepared` once they are open. */
export class FolderCache<Prepared> {
  readonly #folder: string;
  readonly #shapeKey: string;
  readonly #recordPath: string;
  readonly #settled: boolean;
  readonly #open: (path: string) => Prepared | null;

  private constructor(
    keys: { shapeKey: string; recordPath: string; settled: boolean },
    { folder, open }: CacheOptions<Prepared>,
  ) {
    this.#folder = folder;
    this.#shapeKey = keys.shapeKey;
    this.#recordPath = keys.recordPath;
    this.#settled = keys.settled;
    this.#open = open;
  }

  /** `recipe` is everything besides the files that decides about pixels. */
  static async of<Prepared>(
    listing: Listing,
    source: { readonly root: string; readonly listedMs: number; readonly recipe: string },
    cache: CacheOptions<Prepared>,
  ): Promise<FolderCache<Prepared>> {
    const { pictures, unreadable } = listing;
    const shape = [source.recipe, pictures.map(({ name, bytes }) => [name, bytes]), unreadable];
    const times = pictures.map(({ modifiedMs, changedMs }) => [modifiedMs, changedMs]);
    const listingKey = await digest([Deno.realPathSync(source.root), shape, times]);
    const newest = pictures.reduce((t, p) => Math.max(t, p.modifiedMs, p.changedMs), 0);
    return new FolderCache({
      shapeKey: await digest(shape),
      recordPath: join(cache.folder, `${listingKey}.json`),
      settled: newest + CLOCK_GRAIN_MS < source.listedMs,
    }, cache);
  }

  /** The images of a folder that looks untouched since they were prepared. */
  openUntouched(): Prepared | null {
    let file: string;
    try {
      const record: unknown = JSON.parse(Deno.readTextFileSync(this.#recordPath));
      if (typeof record !== "string" || !/^[0-9a-f-]+\.pack$/.test(record)) return null;
      file = record;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return null;
      if (!(error instanceof Deno.errors.NotADirectory)) throw error;
      throw new RangeError(
        `Cannot keep prepared pictures in "${this.#folder}": expected folders, and a part of that path is ` +
          "a file. Pass another folder to --cache",
        { cause: error },
      );
    }
    return this.#open(join(this.#folder, file));
  }

  /** Whether reading the folder's files could save decoding them. */
  mayKnowContent(): boolean {
    try {
      for (const { name } of Deno.readDirSync(this.#folder)) {
        if (name.startsWith(this.#shapeKey) && name.endsWith(".pack")) return true;
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // nothing is prepared yet
    }
    return false;
  }

  /** The images of a folder whose files hold just this, wherever it lay when they were prepared. */
  async openContent(contents: readonly string[]): Promise<Prepared | null> {
    const file = await this.#fileOf(contents);
    const images = this.#open(join(this.#folder, file));
    if (images !== null) this.#remember(file);
    return images;
  }

  /** Has `finish` put the images of this content where the next start finds them, and opens them. */
  async keep(contents: readonly string[], finish: (path: string) => void): Promise<Prepared> {
    const file = await this.#fileOf(contents);
    const path = join(this.#folder, file);
    finish(path);
    this.#remember(file);
    const prepared = this.#open(path);
    if (prepared === null) throw new Error(`Cannot open "${path}", which was written just now`);
    return prepared;
  }

  async #fileOf(contents: readonly string[]): Promise<string> {
    return `${this.#shapeKey}-${await digest(contents)}.pack`;
  }

  #remember(file: string): void {
    if (this.#settled) {
      writeWhole(this.#recordPath, new TextEncoder().encode(JSON.stringify(file)));
    }
  }
}
