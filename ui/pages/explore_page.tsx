import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Command } from "../components/command.tsx";
import { Bench, shownPanel, Tabs } from "../components/explore/bench.tsx";
import { ExploreHead } from "../components/explore/explore_head.tsx";
import { obeyKeys } from "../components/explore/keys.ts";
import { Tray } from "../components/explore/tray.tsx";
import { Wall } from "../components/explore/wall.tsx";
import { WallTools } from "../components/explore/wall_tools.tsx";
import { DeviceNote } from "../components/latent/device_note.tsx";
import { Link } from "../components/link.tsx";
import { Message } from "../components/message.tsx";
import { usePageTitle } from "../components/page_title.ts";
import { formatCount } from "../format.ts";
import { enlargeHref, exploreHref, runHref } from "../router.ts";
import type { ExploreState } from "../state/explore/explore.ts";

/** What a generator learned, picture by picture. */
export function ExplorePage({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const state = explore.loading.value;
  if (state.state === "loading") return <Waiting />;
  if (state.state === "missing" || state.state === "failed") {
    return (
      <Message title={state.state === "missing" ? "There is no such run" : "This cannot be read"}>
        <p role="status">{state.message}</p>
        {state.state === "failed" && <p class="muted">Trying again every few seconds.</p>}
        <p>
          <Link href="/explore">Explore the newest run</Link>
        </p>
      </Message>
    );
  }
  const detail = explore.detail.value;
  if (detail === null) return <NoRuns />;
  if (explore.enlarges.value) return <EnlargingRun id={detail.id} experiment={detail.experiment} />;
  if (explore.checkpoints.value.length === 0) return <NoCheckpoint id={detail.id} />;
  if (explore.step.value === null) return <NoSuchStep explore={explore} />;
  return <Ready explore={explore} />;
}

function Waiting(): JSX.Element {
  usePageTitle("Explore");
  return <p class="muted waiting" role="status">Reading the run…</p>;
}

function NoRuns(): JSX.Element {
  return (
    <Message title="Nothing to explore yet">
      <p>A run can be explored from its first checkpoint on. This trains one:</p>
      <Command>deno task train-gan</Command>
    </Message>
  );
}

function EnlargingRun(
  { id, experiment }: { readonly id: string; readonly experiment: string },
): JSX.Element {
  usePageTitle("Explore");
  return (
    <Message title="This run enlarges pictures">
      <p>
        <Link href={runHref(id)}>{id}</Link> is of {experiment}:{" "}
        its network makes pictures larger and draws none of its own, so there are no latents to
        explore.
      </p>
      <p>
        <Link href={enlargeHref(["bicubic", id])}>Enlarge pictures by it</Link>, or{" "}
        <Link href="/explore">explore the newest run that draws</Link>
      </p>
    </Message>
  );
}

function NoCheckpoint({ id }: { readonly id: string }): JSX.Element {
  return (
    <Message title="No checkpoint yet">
      <p>
        <Link href={runHref(id)}>{id}</Link>{" "}
        has none to draw with. While it trains, this page waits for its first.
      </p>
      <p>
        <Link href="/explore">Explore another run</Link>
      </p>
    </Message>
  );
}

function NoSuchStep({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { run, steps, askedStep } = explore;
  const asked = askedStep.value!;
  const near = steps.value.toSorted((a, b) => Math.abs(a - asked) - Math.abs(b - asked)).slice(
    0,
    4,
  );
  return (
    <Message title="There is no such checkpoint">
      <p>
        <Link href={runHref(run!)}>{run!}</Link> has no checkpoint of step {formatCount(asked)}.
      </p>
      <p>
        Nearest: {near.toSorted((a, b) => a - b).map((step, i) => (
          <>
            {i > 0 && ", "}
            <Link key={step} href={exploreHref(run!, step)}>{formatCount(step)}</Link>
          </>
        ))}
      </p>
    </Message>
  );
}

function Ready({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { step, run } = explore;
  const narrow = explore.narrow.value;
  usePageTitle(`Explore ${run} at step ${formatCount(step.value!)}`);
  useEffect(() => obeyKeys(explore), [explore]);
  const shown = shownPanel(explore);
  const wallShown = !narrow || shown === "wall";
  return (
    <div class="explore" data-shown={shown}>
      <ExploreHead explore={explore} />
      <Faults explore={explore} />
      <div class="explore-stage">
        {narrow && <Tabs explore={explore} />}
        {wallShown && (
          <section class="wall-side" id="explore-wall" aria-label="Wall of samples">
            <WallTools explore={explore} />
            <Wall explore={explore} />
            <div class="wall-foot">
              <p class="muted keys" id="wall-keys">
                Arrows move, Enter inspects, P picks, A B C add.
              </p>
              <DeviceNote imagesPerSecond={explore.wallPictures.imagesPerSecond.value} />
            </div>
          </section>
        )}
        {!(narrow && shown === "wall") && (
          <div class="bench">
            {!narrow && <Tabs explore={explore} />}
            <Bench explore={explore} />
          </div>
        )}
      </div>
      <Tray explore={explore} />
    </div>
  );
}

/** What cannot be drawn, and what in the address cannot be read. */
function Faults({ explore }: { readonly explore: ExploreState }): JSX.Element {
  const { view, shapeFault, wallPictures } = explore;
  const texts = [shapeFault.value ?? wallPictures.fault.value, ...view.faults.value];
  return (
    <div role="alert">
      {texts.map((text) => text !== null && <p key={text} class="notice strong">{text}</p>)}
    </div>
  );
}
