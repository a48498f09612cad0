import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { formatCount } from "../../format.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { addressOf } from "../../state/explore/inspect.ts";
import { type Concept, CONCEPTS } from "../../state/explore/view.ts";
import type { WallMove } from "../../state/explore/wall.ts";
import { GAP, type WallLayout } from "../../state/explore/wall_layout.ts";
import { startDrag } from "../latent/drag.ts";
import { Tile, tileId } from "./tile.tsx";

const MOVES: Readonly<Record<string, WallMove>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "start",
  End: "end",
  PageUp: "pageUp",
  PageDown: "pageDown",
};

/** The wall: as many rows in the document as are in sight, and a few more. */
export function Wall({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { wall, view } = explore;
  const box = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  useMeasuredWall(explore, box, rows);
  const layout = wall.layout.value;
  const active = wall.active.value;
  return (
    <div
      class="wall"
      ref={box}
      role="grid"
      tabIndex={0}
      aria-label="Pictures by seed"
      aria-rowcount={-1}
      aria-colcount={layout?.columns ?? 1}
      aria-activedescendant={active === null ? undefined : tileId(active)}
      aria-describedby="wall-keys"
      aria-multiselectable
      data-smooth={view.smooth.value.value ? "" : undefined}
      onScroll={(event) => wall.scrolled(event.currentTarget.scrollTop)}
      onKeyDown={(event) => obeyKey(event, explore)}
      onClick={(event) => {
        const seed = seedUnder(event);
        if (seed === null) return;
        wall.active.value = seed;
        const marked = event.target instanceof Element && event.target.closest("[data-pick]");
        if (marked) explore.tray.toggle(String(seed));
        else explore.click(String(seed));
      }}
      onDragStart={(event) => {
        const [seed, checkpoint] = [seedUnder(event), explore.checkpoint.value];
        if (seed === null || checkpoint === null) return;
        startDrag(event, String(seed), addressOf(checkpoint, String(seed)));
      }}
    >
      <div
        class="wall-rows"
        ref={rows}
        role="presentation"
        style={{ height: layout ? `${wall.count.value * layout.pitch}px` : "100%" }}
      >
        {layout && <Rows explore={explore} layout={layout} />}
      </div>
    </div>
  );
}

interface RowsProps {
  readonly explore: ExploreState;
  readonly layout: WallLayout;
}

function Rows({ explore, layout }: RowsProps): JSX.Element {
  const { wall } = explore;
  const { from, to } = wall.rows.value;
  const origin = wall.origin.value;
  return (
    <>
      {Array.from({ length: Math.max(0, to - from) }, (_, i) => (
        <Row
          key={from + i}
          explore={explore}
          layout={layout}
          row={from + i}
          top={(from + i - origin) * layout.pitch}
        />
      ))}
    </>
  );
}

interface RowProps extends RowsProps {
  readonly row: number;
  /** In CSS pixels from the top of the scrolled box. */
  readonly top: number;
}

/** A row of its own, so that scrolling renders anew only those that come. */
function Row({ explore, layout, row, top }: RowProps): JSX.Element {
  const { columns, tile } = layout;
  const first = row * columns;
  return (
    <div
      class="wall-row"
      role="row"
      aria-rowindex={row + 1}
      style={{
        transform: `translateY(${top}px)`,
        gridTemplateColumns: `repeat(${columns}, ${tile}px)`,
        gap: `${GAP}px`,
      }}
    >
      <span class="wall-seed muted numbers" role="presentation" aria-hidden="true">
        {formatCount(first)}
      </span>
      {Array.from(
        { length: columns },
        (_, column) => (
          <Tile key={first + column} explore={explore} seed={first + column} column={column} />
        ),
      )}
    </div>
  );
}

/** Tells the wall how much room it has, and scrolls where it says. */
function useMeasuredWall(
  { wall }: ExploreState,
  box: { readonly current: HTMLDivElement | null },
  rows: { readonly current: HTMLDivElement | null },
): void {
  const goal = useRef<number | null>(null);
  const scroll = () => {
    if (goal.current !== null && box.current) box.current.scrollTop = goal.current;
  };
  useEffect(() => {
    const measure = () =>
      wall.measured(rows.current!.clientWidth, box.current!.clientHeight, devicePixelRatio);
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    measure();
    const detach = wall.attach({
      scrollTo(top) {
        goal.current = top;
        scroll();
      },
    });
    return () => {
      observer.disconnect();
      detach();
      wall.measured(0, 0, devicePixelRatio);
    };
  }, [wall]);
  useLayoutEffect(() => {
    scroll(); // rows that were not there before have made room
    goal.current = null;
  });
}

function seedUnder(event: MouseEvent): number | null {
  const tile = event.target instanceof Element ? event.target.closest("[data-seed]") : null;
  return tile === null ? null : Number(tile.getAttribute("data-seed"));
}

/** Arrows move, Enter looks closer, P and space pick, A, B and C make exemplars. */
function obeyKey(event: KeyboardEvent, explore: ExploreState): void {
  const { wall, inspect } = explore;
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const move = MOVES[event.key];
  const key = event.key.toLowerCase();
  if (move !== undefined) {
    const followed = inspect.seed.value !== null && inspect.seed.value === wall.active.value;
    const seed = wall.move(move);
    if (followed) explore.view.at.set(String(seed));
  } else if (wall.active.value !== null) {
    const text = String(wall.active.value);
    if (key === "enter") explore.click(text);
    else if (key === "p" || key === " ") explore.tray.toggle(text);
    else if (isConcept(key)) explore.arithmetic.concepts[key].toggle(text);
    else return;
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

function isConcept(key: string): key is Concept {
  return CONCEPTS.some((concept) => concept === key);
}
