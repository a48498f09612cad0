import { computed, effect, type ReadonlySignal, useComputed } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { formatCount } from "../../format.ts";
import type { CompareState, Panel } from "../../state/compare/compare.ts";
import { differencePicture, meanAbsoluteDifference } from "../../state/compare/difference.ts";
import type { Picture } from "../../state/explore/picture_cache.ts";
import { paint, PictureCanvas } from "../latent/picture_canvas.tsx";

interface TileProps {
  readonly compare: CompareState;
  readonly panel: Panel;
  readonly seed: number;
}

/** A picture of a seed; a click shows that seed large in every panel. */
export function PictureTile({ compare, panel, seed }: TileProps): JSX.Element {
  const { letter, generation } = panel;
  const picture = generation === null ? NO_PICTURE : compare.pictures.of(generation, seed);
  return (
    <TileButton
      compare={compare}
      letter={letter}
      seed={seed}
      label={`Seed ${formatCount(seed)} in ${letter}`}
    >
      <PictureCanvas picture={picture} smooth={false} />
    </TileButton>
  );
}

/** What a panel's picture of a seed differs by from the reference's, and how much on average. */
export function DifferenceTile(
  { compare, panel, seed, reference }: TileProps & { readonly reference: Panel },
): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pair = usePair(compare, reference, panel, seed);
  const { map, gain } = compare.view;
  useEffect(() =>
    effect(() => {
      const { a, b } = pair.value;
      if (a === null || b === null) return; // what is there stays meanwhile
      paint(canvas.current!, differencePicture(a, b, map.value.value, gain.value.value));
    }), [pair]);
  const mean = useMemo(() =>
    computed(() => {
      const { a, b } = pair.value;
      return a === null || b === null ? null : meanAbsoluteDifference(a, b);
    }), [pair]);
  const text = mean.value === null ? "" : mean.value.toFixed(1);
  return (
    <TileButton
      compare={compare}
      letter={panel.letter}
      seed={seed}
      label={`Seed ${formatCount(seed)}: ${panel.letter} differs from ${reference.letter} by ` +
        (mean.value === null ? "what is not known yet" : `${text} of 255 levels`)}
    >
      <canvas ref={canvas} class="picture" width={1} height={1} role="presentation" />
      <span class="tile-mean numbers" aria-hidden="true">{text}</span>
    </TileButton>
  );
}

const NO_PICTURE: ReadonlySignal<Picture | null> = computed(() => null);

/** Two panels' pictures of one seed. */
function usePair(compare: CompareState, one: Panel, other: Panel, seed: number) {
  const of = (generation: string | null) =>
    generation === null ? NO_PICTURE : compare.pictures.of(generation, seed);
  return useMemo(() => {
    const [a, b] = [of(one.generation), of(other.generation)];
    return computed(() => ({ a: a.value, b: b.value }));
  }, [one.generation, other.generation, seed]);
}

interface TileButtonProps {
  readonly compare: CompareState;
  readonly letter: string;
  readonly seed: number;
  readonly label: string;
  readonly children: ComponentChildren;
}

function TileButton({ compare, letter, seed, label, children }: TileButtonProps): JSX.Element {
  const { active, hovered, view, seeds } = compare;
  const large = view.at.value.value !== null;
  const entry = useComputed(() =>
    (seeds.value.includes(active.value ?? -1) ? active.value : seeds.value[0]) === seed
  );
  const pointed = useComputed(() => hovered.value === seed);
  return (
    <button
      type="button"
      class="compare-tile"
      data-seed={seed}
      data-letter={letter}
      data-pointed={pointed.value && !large ? "" : undefined}
      tabIndex={entry.value ? 0 : -1}
      aria-label={large ? `${label}. Show all seeds` : `${label}. Show large`}
      onClick={() => {
        active.value = seed;
        view.at.set(large ? null : seed, "push");
      }}
      onFocus={() => active.value = seed}
      onPointerEnter={() => hovered.value = seed}
      onPointerLeave={() => hovered.value = null}
    >
      {children}
    </button>
  );
}
