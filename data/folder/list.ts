/** Finds the pictures below a folder. */
import { join } from "@std/path";

/** A picture file, as the file system tells of it. */
export interface PictureFile {
  /** Relative to the folder, with forward slashes. */
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when its content changed, and when anything about it did. */
  readonly modifiedMs: number;
  readonly changedMs: number;
}

/** The pictures of a folder, in a fixed order. */
export interface Listing {
  /** Sorted by name in code-unit order, so that every machine and locale agrees. */
  readonly pictures: readonly PictureFile[];
  /** Folders and links below that could not be read, sorted. */
  readonly unreadable: readonly string[];
}

const PICTURE = /\.(jpe?g|png|webp|avif)$/i;

/** Compares by UTF-16 code unit, as `toSorted()` does. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Runs `read`; what the file system refuses goes to `unreadable` under `name`. */
function orNote<T>(unreadable: string[], name: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error; // Deno's own refusal: a wrong task
    unreadable.push(name);
    return null;
  }
}

/**
 * Lists JPEG, PNG, WebP and AVIF files below `root` by their extension. Follows links, visits each
 * folder once whatever links lead to it, and passes over hidden names (those with a leading dot).
 */
export function listPictures(root: string): Listing {
  const pictures: PictureFile[] = [];
  const unreadable: string[] = [];
  const visited = new Set<string>();
  const linkedFolders: string[] = [];

  const addFile = (name: string, info: Deno.FileInfo) => {
    if (!PICTURE.test(name)) return;
    const modifiedMs = info.mtime?.getTime() ?? 0;
    const changedMs = info.ctime?.getTime() ?? modifiedMs;
    pictures.push({ name, bytes: info.size, modifiedMs, changedMs });
  };

  const visit = (folder: string) => {
    const path = join(root, folder);
    const real = Deno.realPathSync(path);
    if (visited.has(real)) return;
    visited.add(real);
    for (const entry of Deno.readDirSync(path)) {
      if (entry.name.startsWith(".")) continue;
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory) orNote(unreadable, `${name}/`, () => visit(name));
      else if (entry.isSymlink || PICTURE.test(name)) {
        const info = orNote(unreadable, name, () => Deno.statSync(join(root, name)));
        if (info?.isDirectory) linkedFolders.push(name);
        else if (info?.isFile) addFile(name, info);
      }
    }
  };

  visit("");
  // Links to folders come last: a folder that is there under its own name keeps that name.
  while (linkedFolders.length > 0) {
    const next = linkedFolders.toSorted(byCodeUnit)[0]!;
    linkedFolders.splice(linkedFolders.indexOf(next), 1);
    orNote(unreadable, `${next}/`, () => visit(next));
  }
  pictures.sort((a, b) => byCodeUnit(a.name, b.name));
  return { pictures, unreadable: unreadable.toSorted(byCodeUnit) };
}
