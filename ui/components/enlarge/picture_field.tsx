import type { ComponentChildren, JSX } from "preact";
import { useRef } from "preact/hooks";
import type { EnlargeState } from "../../state/enlarge/enlarge.ts";
import { type Incoming, takeFiles } from "./incoming.ts";

/** What files are offered: those that the server reads. */
const ACCEPTED = "image/png,image/jpeg,image/webp,image/tiff,image/avif,image/gif";

/** What the page does with pictures that come. */
export function incomingOf(enlarge: EnlargeState): Incoming {
  const { held, remark } = enlarge;
  return {
    take(file, said) {
      remark.value = said;
      held.take(file);
    },
    refuse: (said) => remark.value = said,
  };
}

interface ChooseFileProps {
  readonly enlarge: EnlargeState;
  readonly strong?: boolean;
  readonly children: ComponentChildren;
}

/** Opens the browser's own choice of files. */
export function ChooseFile({ enlarge, strong = false, children }: ChooseFileProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class={strong ? "strong" : undefined}
        onClick={() => field.current!.click()}
      >
        {children}
      </button>
      <input
        ref={field}
        type="file"
        hidden
        accept={ACCEPTED}
        aria-label="Picture file"
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files?.length) takeFiles(files, incomingOf(enlarge));
          event.currentTarget.value = ""; // so that the same file can be chosen again
        }}
      />
    </>
  );
}

/** Shows the server's own picture. */
export function ExampleButton({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => {
        enlarge.remark.value = null;
        enlarge.held.takeExample();
      }}
    >
      Take a drawn example
    </button>
  );
}
