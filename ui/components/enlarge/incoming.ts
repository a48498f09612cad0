/** Pictures that readers drop on the page, paste into it, or choose from their files. */
import type { PictureFile } from "../../picture_transport.ts";

/** What becomes of what comes. */
export interface Incoming {
  /** `remark`: what the reader should know besides. */
  take(file: PictureFile, remark: string | null): void;
  /** Nothing can be made of it. */
  refuse(remark: string): void;
}

const NO_FILE = "That was no picture file. Save the picture first, then drop the file";

/** Takes the first of the files that were given at once. */
export function takeFiles(files: FileList | null | undefined, incoming: Incoming): void {
  const [first] = files ?? [];
  if (first === undefined) return incoming.refuse(NO_FILE);
  const many = `Of ${
    files!.length
  } files “${first.name}” was taken: one picture is enlarged at a time`;
  incoming.take({ bytes: first, name: first.name || null }, files!.length > 1 ? many : null);
}

/** Whether what is dragged may hold a picture: a file, or a link to one on some page. */
function holdsFile({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.some((type) => type === "Files" || type === "text/uri-list") ?? false;
}

/**
 * Takes pictures that are dropped anywhere on the page or pasted into it, until what it returns is called.
 * While one hangs above the page, `over` is told so.
 */
export function listenForPictures(incoming: Incoming, over: (hangs: boolean) => void): () => void {
  const on = new AbortController();
  const { signal } = on;
  let depth = 0; // elements within each other that it hangs above
  const hang = (by: number) => {
    depth = by === 0 ? 0 : Math.max(0, depth + by);
    over(depth > 0);
  };
  document.addEventListener("dragenter", (event) => holdsFile(event) && hang(1), { signal });
  document.addEventListener("dragleave", (event) => holdsFile(event) && hang(-1), { signal });
  document.addEventListener("dragover", (event) => holdsFile(event) && event.preventDefault(), {
    signal,
  });
  document.addEventListener("drop", (event) => {
    hang(0);
    if (!holdsFile(event)) return;
    event.preventDefault();
    takeFiles(event.dataTransfer?.files, incoming);
  }, { signal });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files;
    if (!files?.length) return; // a text, which fields may want
    event.preventDefault();
    const [first] = files;
    // Browsers give a pasted picture a name of their own.
    const name = first!.name === "image.png" ? null : first!.name;
    incoming.take({ bytes: first!, name }, null);
  }, { signal });
  return () => on.abort();
}
