import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ExploreState } from "../../state/explore/explore.ts";
import type { Picture } from "../../state/explore/picture_cache.ts";
import { PictureCanvas, wholeMultiple } from "../latent/picture_canvas.tsx";

interface LargePictureProps {
  readonly explore: ExploreState;
  readonly picture: ReadonlySignal<Picture | null>;
  /** Greatest side in CSS pixels. */
  readonly most: number;
  readonly label: string;
  readonly children?: ComponentChildren;
}

/** A picture as large as its column allows, at a whole multiple of its own pixels. */
export function LargePicture(props: LargePictureProps): JSX.Element {
  const { explore, picture, most, label, children } = props;
  const frame = useRef<HTMLElement>(null);
  const space = useSignal(most);
  useEffect(() => {
    const observer = new ResizeObserver(() => space.value = frame.current!.clientWidth);
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, []);
  const side = wholeMultiple(explore.shape.value?.size ?? 64, Math.min(most, space.value || most));
  return (
    <figure class="large-picture" ref={frame}>
      <PictureCanvas
        picture={picture}
        side={side}
        smooth={explore.view.smooth.value.value}
        label={label}
      />
      {children}
    </figure>
  );
}
