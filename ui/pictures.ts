/** Bringing pictures in before they are shown. */
import { type Sample, sampleUrl } from "./api.ts";

/** Decoded pictures kept at hand: the neighbours of the one on screen, and those just played. */
const KEPT = 24;

/** Loads and decodes sample grids, and keeps the last few so that they show without a flicker. */
export function sampleLoader(): (id: string, sample: Sample) => Promise<boolean> {
  const kept = new Map<string, Promise<HTMLImageElement>>();
  return async (id, sample) => {
    const url = sampleUrl(id, sample);
    const picture = kept.get(url) ?? decode(url);
    kept.delete(url);
    kept.set(url, picture); // the newest use comes last
    if (kept.size > KEPT) kept.delete(kept.keys().next().value!);
    try {
      await picture;
      return true;
    } catch {
      kept.delete(url); // so that it is asked for anew
      return false;
    }
  };
}

async function decode(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
