/** Enlarge in a browser, as tests look at it. */
import { Buffer } from "node:buffer";
import type { Locator, Page } from "playwright-core";
import { encodePng } from "../../../src/core/png.ts";
import { layerPlaces } from "../compare/compare_page.ts";

/** Two runs of one scale, and one of another. */
export interface EnlargerRuns {
  readonly sr: string;
  readonly gan: string;
  readonly twice: string;
}

/** For what networks do, on machines that have other things to do. */
const SLOWEST_MS = 30_000;

/** Sides of `picture()`: multiples of every scale. */
export const SIDES = { width: 48, height: 36 } as const;

/** A file as playwright takes it. */
export interface FileOfReader {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** What `view()` tells. */
export interface SeenPage {
  readonly panels: readonly (string | null)[];
  /** Widths of the pictures themselves. */
  readonly sizes: readonly number[];
  readonly figures: readonly string[];
  readonly places: readonly string[];
  readonly command: string | null;
}

/** A PNG of stripes and a disc, as a file of the reader's; each name has one of its own. */
export async function picture(name = "stripes.png"): Promise<FileOfReader> {
  const { width, height } = SIDES;
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const disc = Math.hypot(x - 30, y - 16) < name.length;
    return disc ? 60 * (1 + i % 3) : Math.floor((x + y) / 4) % 2 === 0 ? 230 : 40 + 50 * (i % 3);
  });
  const png = await encodePng({ pixels, width, height, channels: 3 });
  return { name, mimeType: "image/png", buffer: Buffer.from(png) };
}

/** Chooses a file as the button does. */
export async function choose(page: Page, file: FileOfReader): Promise<void> {
  await page.locator("input[type=file]").setInputFiles(file);
}

/** Drops or pastes a file, anywhere on the page. */
export async function hand(
  page: Page,
  event: "drop" | "paste",
  { name, mimeType, buffer }: FileOfReader,
): Promise<void> {
  await page.locator(".enlarge").waitFor();
  await page.evaluate(([event, name, type, bytes]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    const init = { bubbles: true, cancelable: true };
    document.body.dispatchEvent(
      event === "drop"
        ? new DragEvent("drop", { ...init, dataTransfer: transfer })
        : new ClipboardEvent("paste", { ...init, clipboardData: transfer }),
    );
  }, [event, name, mimeType, [...buffer]] as const);
}

/** A panel by its letter. */
export const panel = (page: Page, letter: string): Locator =>
  page.locator(`.enlarge-panel[aria-label^="${letter}:"]`);

/** Waits until nothing is to come any more. */
export async function isDone(page: Page): Promise<void> {
  await page.locator(".enlarge-stage").waitFor({ timeout: SLOWEST_MS });
  await page.waitForFunction(
    () => {
      const images = [...document.querySelectorAll<HTMLImageElement>(".layer img")];
      const shown = images.every((image) => image.complete && image.naturalWidth > 0);
      const coming = ".pending, [data-pending], .enlarge-stage[aria-busy=true]";
      return shown && document.querySelector(coming) === null;
    },
    null,
    { timeout: SLOWEST_MS },
  );
}

/** What a reader sees of an open page. */
export async function view(page: Page): Promise<SeenPage> {
  await isDone(page);
  return {
    panels: await page.locator(".enlarge-panel").evaluateAll((sections) =>
      sections.map((section) => section.getAttribute("aria-label"))
    ),
    sizes: await page.locator(".layer img").evaluateAll((images) =>
      images.map((image) => (image as HTMLImageElement).naturalWidth)
    ),
    figures: await page.locator(".panel-figures dd").allTextContents(),
    places: await layerPlaces(page),
    command: await page.locator(".compare-command code").textContent(),
  };
}
