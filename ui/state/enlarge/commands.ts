/** What the Enlarge page shows, as a command for a terminal. */
import { word } from "../explore/commands.ts";
import type { EnlargeState } from "./enlarge.ts";
import { BICUBIC } from "./models.ts";

/** Enlarges a file by the last model that is shown; null while none is known. */
export function upscaleCommand({ models, picture, scale }: EnlargeState): string | null {
  const last = models.value.findLast(({ enlarger }) => enlarger !== null);
  if (last === undefined) return null;
  const name = picture.value?.name ?? "";
  const file = word(/\.\w+$/.test(name) ? name : "picture.png"); // a drawn or pasted one is no file
  const flags = last.model === BICUBIC ? `--model ${BICUBIC} --scale ${scale.value}` : "";
  return `deno task upscale ${file} ${flags || `--model ${word(last.model)}`}`;
}
