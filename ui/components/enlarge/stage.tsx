import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { EnlargePanel, EnlargeState } from "../../state/enlarge/enlarge.ts";
import { CRISP_FROM, fitFrame, Frame, mostFrameHeight } from "../compare/frame.tsx";
import { listenForGestures } from "../compare/gestures.ts";
import { Wiped } from "../compare/wipe.tsx";
import { Caption } from "./caption.tsx";
import { EnlargeHead } from "./panel_head.tsx";
import { PictureLayer, Progress } from "./picture_layer.tsx";

/** The pictures, with one zoom for all of them. */
export function EnlargeStage({ enlarge }: { readonly enlarge: EnlargeState }): JSX.Element {
  const stage = useRef<HTMLDivElement>(null);
  const { view, panels } = enlarge;
  useEffect(() =>
    listenForGestures(stage.current!, {
      get: () => view.zoom.value.peek(),
      set: (zoom) => view.zoom.set(zoom),
      takesWheel: () => view.zoom.value.peek().scale > 1,
    }), [enlarge]);
  return (
    <div
      class="stage-panels enlarge-stage"
      ref={stage}
      role="group"
      aria-label="Pictures"
      aria-describedby="enlarge-keys"
      aria-busy={enlarge.held.state.value.state === "coming"}
      data-panels={panels.value.length}
      data-view={view.view.value.value}
      data-zoomed={view.zoom.value.value.scale > 1 ? "" : undefined}
    >
      {view.view.value.value === "wipe"
        ? <WipedPictures enlarge={enlarge} />
        : <Columns enlarge={enlarge} />}
    </div>
  );
}

interface StageProps {
  readonly enlarge: EnlargeState;
}

function Columns({ enlarge }: StageProps): JSX.Element {
  const space = useSignal(0);
  return (
    <>
      {enlarge.panels.value.map((panel, i) => (
        <section
          key={panel.index}
          class="enlarge-panel"
          aria-label={`${panel.letter}: ${panel.title}`}
        >
          <EnlargeHead enlarge={enlarge} panel={panel} />
          <PictureFrame enlarge={enlarge} space={space} measures={i === 0}>
            <PictureLayer enlarge={enlarge} panel={panel} />
            <Progress enlarge={enlarge} panel={panel} />
          </PictureFrame>
          <Caption enlarge={enlarge} panel={panel} />
        </section>
      ))}
    </>
  );
}

/** Two pictures one over the other, with an edge between that can be moved. */
function WipedPictures({ enlarge }: StageProps): JSX.Element {
  const space = useSignal(0);
  const { panels, pair, view, frameWidth } = enlarge;
  const { reference, other } = pair.value;
  const two = [panels.value[reference]!, panels.value[other]!] as const;
  const [left, right] = two;
  const heads = (part: (panel: EnlargePanel) => JSX.Element) => (
    <div class="wiped-heads" style={{ maxWidth: `max(24rem, ${frameWidth.value}px)` }}>
      {two.map(part)}
    </div>
  );
  const name = ({ letter, title }: EnlargePanel) => `${letter} ${title}`;
  return (
    <section class="wiped" aria-label={`${name(left)} left of the edge, ${name(right)} right`}>
      {heads((panel) => <EnlargeHead key={panel.index} enlarge={enlarge} panel={panel} />)}
      <PictureFrame enlarge={enlarge} space={space} measures>
        <Wiped
          names={[name(left), name(right)]}
          place={view.wipe}
          left={<PictureLayer key={left.index} enlarge={enlarge} panel={left} />}
          right={<PictureLayer key={right.index} enlarge={enlarge} panel={right} />}
        />
        {two.map((panel, i) => (
          <div key={panel.index} class="wiped-pending" data-right={i === 1 ? "" : undefined}>
            <Progress enlarge={enlarge} panel={panel} />
          </div>
        ))}
      </PictureFrame>
      {heads((panel) => <Caption key={panel.index} enlarge={enlarge} panel={panel} />)}
    </section>
  );
}

interface PictureFrameProps extends StageProps {
  readonly space: Signal<number>;
  readonly measures: boolean;
  readonly children: ComponentChildren;
}

/** A window onto one picture: all are alike large, as results and truth are. */
function PictureFrame({ enlarge, space, measures, children }: PictureFrameProps): JSX.Element {
  const { picture, view, frameWidth } = enlarge;
  const { scale, ...low } = picture.value!;
  const whole = { width: scale * low.width, height: scale * low.height };
  const most = mostFrameHeight() * whole.width / whole.height;
  const size = fitFrame(whole, Math.max(1, Math.min(space.value, most)));
  useEffect(() => {
    if (measures) frameWidth.value = size.width;
  }, [measures, size.width]);
  const enlarged = view.zoom.value.value.scale * size.width / whole.width;
  return (
    <Frame space={space} measures={measures} size={size} crisp={enlarged >= CRISP_FROM}>
      {children}
    </Frame>
  );
}
