import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Sample } from "../api.ts";
import { Charts } from "../components/charts.tsx";
import { Checkpoints } from "../components/checkpoints.tsx";
import { useApp } from "../components/context.ts";
import { HealthStrip } from "../components/health_strip.tsx";
import { Link } from "../components/link.tsx";
import { Message } from "../components/message.tsx";
import { Notices } from "../components/notices.tsx";
import { usePageTitle } from "../components/page_title.ts";
import { RunHeader } from "../components/run_header.tsx";
import { SampleViewer } from "../components/sample_viewer.tsx";
import { Settings } from "../components/settings.tsx";
import { formatPercent } from "../format.ts";
import type { OpenRun } from "../state.ts";
import type { SamplePlayer } from "../state/player.ts";

/** One run, live. */
export function RunPage({ open }: { readonly open: OpenRun }): JSX.Element {
  const { loading, id } = open.run;
  const state = loading.value;
  if (state.state === "missing") {
    return (
      <Message title="There is no such run">
        <p>{state.message}</p>
        <p>
          <Link href="/">See all runs</Link>
        </p>
      </Message>
    );
  }
  if (state.state === "failed") {
    return (
      <Message title="This run cannot be read">
        <p role="status">{state.message}</p>
        <p class="muted">Trying again every few seconds.</p>
        <p>
          <Link href="/">See all runs</Link>
        </p>
      </Message>
    );
  }
  if (state.state === "loading") return <Waiting id={id} />;
  return <Ready open={open} />;
}

function Waiting({ id }: { readonly id: string }): JSX.Element {
  usePageTitle(id);
  return <p class="muted waiting" role="status">Reading {id}…</p>;
}

function Ready({ open }: { readonly open: OpenRun }): JSX.Element {
  const { now } = useApp();
  const { run, player } = open;
  const { step, totalSteps } = run.progress.value;
  const running = run.status.value === "running";
  usePageTitle(`${running ? `${formatPercent(step, totalSteps)} · ` : ""}${run.id}`);
  useEffect(() => playByKeyboard(player), [player]);
  const detail = run.detail.value!;
  return (
    <>
      <RunHeader run={run} now={now.value} />
      <Notices open={open} />
      <HealthStrip open={open} />
      <div class="stage" data-grid={isLarge(run.samples.value.at(-1)) ? "large" : "small"}>
        <SampleViewer run={run} player={player} />
        <Charts open={open} />
      </div>
      <div class="record">
        <Checkpoints
          id={run.id}
          experiment={detail.experiment}
          checkpoints={run.checkpoints.value}
          status={run.status.value}
        />
        <Settings detail={detail} />
      </div>
    </>
  );
}

/** Whether a grid asks for more room than the usual 8 by 8 images of 64 pixels. */
function isLarge(sample: Sample | undefined): boolean {
  return (sample?.width ?? 0) > 640;
}

/** Arrow keys step through the samples, space plays them, unless a control has a use for the key. */
function playByKeyboard(player: SamplePlayer): () => void {
  const actions: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => player.move(-1),
    ArrowRight: () => player.move(1),
    Home: () => player.go(0),
    End: () => player.go(Infinity),
    " ": () => player.toggle(),
  };
  const onKey = (event: KeyboardEvent) => {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    const action = actions[key];
    const taken = target instanceof Element &&
      (target.closest("input, select, textarea") !== null ||
        key === " " && target.closest("button, a, summary") !== null);
    if (!action || taken || altKey || ctrlKey || metaKey) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
