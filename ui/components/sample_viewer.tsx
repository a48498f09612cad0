import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { type Sample, sampleUrl } from "../api.ts";
import { formatCount } from "../format.ts";
import { isEnlarger } from "../lab.ts";
import { isActive, type RunState } from "../state/run.ts";
import type { SamplePlayer } from "../state/player.ts";
import { useGridScale } from "./grid_scale.ts";
import { PauseIcon, PlayIcon } from "./icons.tsx";

interface SampleViewerProps {
  readonly run: RunState;
  readonly player: SamplePlayer;
}

/** What the columns of an enlarging network's samples show; a row is a picture, or its middle. */
const VERSIONS = ["Bicubic", "Network", "Truth"] as const;

/**
 * The sample grid and its history. The same latents all along, so faces grow in their places; of networks
 * that enlarge the same pictures, each beside what it should be.
 */
export function SampleViewer({ run, player }: SampleViewerProps): JSX.Element {
  const shown = player.shown.value;
  return (
    <section class="samples" aria-labelledby="samples-title">
      <h2 id="samples-title" class="visually-hidden">Samples</h2>
      <SampleGrid run={run} player={player} />
      {shown && <Transport run={run} player={player} />}
    </section>
  );
}

function SampleGrid({ run, player }: SampleViewerProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const shown = player.shown.value;
  const size = useGridScale(frame, shown);
  const compared = shown !== null && isEnlarger(run.detail.value!.experiment) &&
    shown.columns === VERSIONS.length;
  return (
    <div class="sample-frame" ref={frame}>
      {compared && (
        <div class="sample-columns" style={{ width: `${size.width}px` }}>
          {VERSIONS.map((version) => <span key={version}>{version}</span>)}
        </div>
      )}
      {shown && (
        <img
          src={sampleUrl(run.id, shown)}
          alt={altOf(shown, compared)}
          width={size.width}
          height={size.height}
          class={size.exact ? "pixelated" : undefined}
        />
      )}
      {!shown && run.samples.value.length === 0 && (
        <p class="muted">
          {isActive(run.status.value)
            ? "The first sample comes before the first step."
            : "This run made no samples."}
        </p>
      )}
    </div>
  );
}

function altOf({ step, columns, rows }: Sample, compared: boolean): string {
  const at = `at step ${formatCount(step)}`;
  if (!compared) return `${columns * rows} generated images ${at}`;
  const pictures = rows === 1 ? "A picture" : `${rows} pictures`;
  return `${pictures} the network does not train on, ${at}: enlarged by bicubic, by the network, and the truth`;
}

/** Step, slider and play button: the tape deck of the history. */
function Transport({ run, player }: SampleViewerProps): JSX.Element {
  const samples = run.samples.value;
  const index = player.index.value;
  const playing = player.playing.value;
  const step = samples[index]?.step ?? 0;
  const following = player.following.value;
  return (
    <div class="transport">
      <p class="sample-step numbers">
        Step {formatCount(step)}
        {following
          ? <span class="muted">newest</span>
          : (
            <button type="button" class="quiet" onClick={() => player.go(Infinity)}>
              to the newest
            </button>
          )}
      </p>
      <div class="deck">
        <button
          type="button"
          class="play"
          aria-label={playing ? "Pause" : "Play the samples from the first to the newest"}
          disabled={samples.length < 2}
          onClick={() => player.toggle()}
        >
          {playing ? <PauseIcon /> : <PlayIcon />}
        </button>
        <input
          type="range"
          aria-label="Step of the samples shown"
          aria-valuetext={`step ${formatCount(step)}`}
          min={0}
          max={Math.max(0, samples.length - 1)}
          value={index}
          disabled={samples.length < 2}
          onInput={(event) => player.go(event.currentTarget.valueAsNumber)}
        />
        <span class="muted numbers">{formatCount(index + 1)}/{formatCount(samples.length)}</span>
      </div>
      <p class="muted keys">Arrow keys step through, space plays.</p>
    </div>
  );
}
