import type { JSX } from "preact";
import { formatCount } from "../../format.ts";
import type { ExploreState } from "../../state/explore/explore.ts";
import { MOST_SEED, TILE } from "../../state/explore/view.ts";
import { crispSizes } from "../../state/explore/wall_layout.ts";
import { Choice } from "../latent/choice.tsx";
import { Slider } from "../latent/slider.tsx";

/** How the wall is shown: from which seed, how large, and whether pixels are squares. */
export function WallTools({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { view } = explore;
  return (
    <div class="wall-tools">
      <SeedField explore={explore} />
      <TileSize explore={explore} />
      <Choice
        name="Pixels"
        options={[["crisp", "Crisp"], ["smooth", "Smooth"]]}
        value={view.smooth.value.value ? "smooth" : "crisp"}
        onChoose={(word) => view.smooth.set(word === "smooth")}
      />
      <ClickNote explore={explore} />
    </div>
  );
}

/** Where clicks go, while they go elsewhere than usual. */
function ClickNote({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const target = explore.clicksGoTo.value;
  return (
    <p class="click-note" role="status">
      {target !== "inspect" && (
        <>
          {target === "tray" ? "Clicks pick" : `Clicks add to ${target.toUpperCase()}`}{" "}
          <button type="button" class="quiet" onClick={() => explore.sendClicksTo("inspect")}>
            done
          </button>
        </>
      )}
    </p>
  );
}

function SeedField({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { wall, view } = explore;
  const jump = (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem("seed");
    const seed = (field as HTMLInputElement).valueAsNumber;
    if (Number.isFinite(seed)) wall.jump(seed);
  };
  return (
    <form class="seed-field" onSubmit={jump}>
      <label>
        <span>Seed</span>
        <input
          name="seed"
          type="number"
          inputMode="numeric"
          min={0}
          max={MOST_SEED}
          step={1}
          value={view.seed.value.value}
          required
        />
      </label>
      <button type="submit">Go</button>
    </form>
  );
}

/** By whole multiples of the images' own pixels, unless they are smoothed. */
function TileSize({ explore }: { readonly explore: ExploreState }): JSX.Element | null {
  const { view, shape, wall } = explore;
  if (shape.value === null) return null;
  const tile = wall.layout.value?.tile ?? view.tile.value.value;
  const text = `${formatCount(tile)} px`;
  const common = { name: "Size", text };
  if (view.smooth.value.value) {
    const { least, most } = TILE;
    return (
      <Slider
        {...common}
        {...{ least, most, step: 1, value: view.tile.value.value }}
        onInput={(value) => view.tile.set(value)}
      />
    );
  }
  const sizes = crispSizes(shape.value.size, devicePixelRatio);
  const nearest = sizes.reduce(
    (best, size, i) => Math.abs(size - tile) < Math.abs(sizes[best]! - tile) ? i : best,
    0,
  );
  return (
    <Slider
      {...common}
      {...{ least: 0, most: sizes.length - 1, step: 1, value: nearest }}
      onInput={(index) => view.tile.set(Math.round(sizes[index]!))}
    />
  );
}
