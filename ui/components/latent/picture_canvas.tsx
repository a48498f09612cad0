import { effect, type ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Picture } from "../../state/explore/picture_cache.ts";

interface PictureCanvasProps {
  readonly picture: ReadonlySignal<Picture | null>;
  /** Side in CSS pixels, a whole multiple of the picture's; as the style sheet has it where left out. */
  readonly side?: number | undefined;
  /** Whether pixels are blended where the picture is enlarged, not shown as squares. */
  readonly smooth?: boolean;
  /** What a screen reader says; left out for a picture that its surroundings name. */
  readonly label?: string | undefined;
}

/** Puts a picture on a canvas of its own size; where there is none, what was stays. */
export function paint(canvas: HTMLCanvasElement, picture: Picture | null): void {
  if (picture === null) return;
  const { size, pixels } = picture;
  if (canvas.width !== size) canvas.width = canvas.height = size;
  canvas.getContext("2d")!.putImageData(new ImageData(pixels, size, size), 0, 0);
  canvas.dataset["drawn"] = "";
}

/** A picture that follows its signal without the component being rendered anew. */
export function PictureCanvas(props: PictureCanvasProps): JSX.Element {
  // At other than whole multiples some pixels would be larger squares than others.
  const { picture, side, smooth = side === undefined, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => effect(() => paint(canvas.current!, picture.value)), [picture]);
  return (
    <canvas
      ref={canvas}
      class={smooth ? "picture smooth" : "picture"}
      width={1}
      height={1}
      style={side === undefined ? undefined : { width: `${side}px`, height: `${side}px` }}
      role={label === undefined ? "presentation" : "img"}
      aria-label={label}
    />
  );
}

/** The largest side, in CSS pixels, at which a picture's pixels stay square within `most`. */
export function wholeMultiple(size: number, most: number): number {
  const unit = size / devicePixelRatio;
  return most < unit ? most : Math.floor(most / unit) * unit;
}
