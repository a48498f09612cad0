/** Classes that folders tell: `smile/0001.jpg` and `nosmile/0002.jpg`. */
import type { Attribute } from "../dataset.ts";

/** With more folders than this they are no classes: people, days, albums. */
const MOST_CLASSES = 32;

/** The first folder of a path below the root; null for a file right in it. */
function folderOf(name: string): string | null {
  const slash = name.indexOf("/");
  return slash < 0 ? null : name.slice(0, slash);
}

/**
 * One binary attribute for each folder right below the root, named as it, in order; an image has
 * exactly one. Empty unless every picture lies in one of 2 to 32 folders: the layout of PyTorch's
 * `ImageFolder`. `names` are paths below the root.
 */
export function folderClasses(names: readonly string[]): Attribute[] {
  const folders = names.map(folderOf);
  const classes = [...new Set(folders)].toSorted();
  if (folders.includes(null) || classes.length < 2 || classes.length > MOST_CLASSES) return [];
  return classes.map((name) => ({
    name: name!,
    kind: "binary",
    choice: "folder",
    values: Float32Array.from(folders, (folder) => folder === name ? 1 : 0),
  }));
}
