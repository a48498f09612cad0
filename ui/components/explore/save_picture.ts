/** Keeping a picture that was drawn on the page. */
import { paint } from "../latent/picture_canvas.tsx";
import type { Picture } from "../../state/explore/picture_cache.ts";

/** Longest file name, without its ending: file systems take 255 bytes. */
const LONGEST = 120;

/** Saves a picture as PNG, at its own size, under a name that every file system takes. */
export async function savePicture(picture: Picture, name: string): Promise<void> {
  const canvas = document.createElement("canvas");
  paint(canvas, picture);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (png === null) throw new Error("Cannot save the picture: the browser makes no PNG of it");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(png);
  link.download = `${name.replace(/[^\w.-]+/g, "_").slice(0, LONGEST)}.png`;
  link.click();
  URL.revokeObjectURL(link.href);
}
