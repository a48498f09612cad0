import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { CheckpointFile, CheckpointInfo, RunStatus } from "../../src/core/protocol.ts";
import { checkpointFileUrl, layersModelUrl } from "../api.ts";
import { formatBytes, formatCount } from "../format.ts";
import { isEnlarger } from "../lab.ts";
import { compareHref, enlargeHref, exploreHref } from "../router.ts";
import { isActive } from "../state/run.ts";
import { CopyButton } from "./copy_button.tsx";
import { Link } from "./link.tsx";

/** Rows shown before the rest is asked for. */
const SHOWN = 6;

interface CheckpointsProps {
  readonly id: string;
  readonly experiment: string;
  readonly checkpoints: readonly CheckpointInfo[];
  readonly status: RunStatus;
}

/** The run's checkpoints, newest first: files to keep, links for TensorFlow.js. */
export function Checkpoints(
  { id, experiment, checkpoints, status }: CheckpointsProps,
): JSX.Element {
  const all = useSignal(false);
  const newestFirst = checkpoints.toSorted((a, b) => b.step - a.step);
  const shown = all.value ? newestFirst : newestFirst.slice(0, SHOWN);
  return (
    <section class="checkpoints" aria-labelledby="checkpoints-title">
      <h2 id="checkpoints-title">Checkpoints</h2>
      {checkpoints.length === 0
        ? (
          <p class="muted">
            {isActive(status) ? "None yet." : "This run ended before its first checkpoint."}
          </p>
        )
        : (
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">Step</th>
                <th scope="col">Look</th>
                <th scope="col">Files</th>
                <th scope="col">Copy model.json link</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((checkpoint) => (
                <Row
                  key={checkpoint.step}
                  id={id}
                  enlarges={isEnlarger(experiment)}
                  {...checkpoint}
                />
              ))}
            </tbody>
          </table>
        )}
      {newestFirst.length > shown.length && (
        <button
          type="button"
          class="quiet"
          onClick={() => all.value = true}
        >
          Show all {formatCount(newestFirst.length)}
        </button>
      )}
    </section>
  );
}

interface RowProps extends CheckpointInfo {
  readonly id: string;
  /** Whether its network enlarges pictures, and draws none. */
  readonly enlarges: boolean;
}

/** The pages that show what a checkpoint does. */
function Ways({ id, step, enlarges }: Omit<RowProps, "files" | "resumable">): JSX.Element {
  const atStep = <span class="visually-hidden">step {step}</span>;
  const checkpoint = `${id}@${step}`;
  if (enlarges) return <Link href={enlargeHref(["bicubic", checkpoint])}>enlarge{atStep}</Link>;
  return (
    <>
      <Link href={exploreHref(id, step)}>explore{atStep}</Link>
      <Link href={compareHref([checkpoint])}>compare{atStep}</Link>
    </>
  );
}

function Row({ id, step, files, enlarges }: RowProps): JSX.Element {
  const link = (weights: "ema" | "raw") =>
    new URL(layersModelUrl(id, step, weights), location.href).href;
  return (
    <tr>
      <th scope="row" class="number numbers">{formatCount(step)}</th>
      <td>
        <Ways id={id} step={step} enlarges={enlarges} />
      </td>
      <td>
        {files.map((file) => <FileLink key={file.name} id={id} step={step} file={file} />)}
      </td>
      <td>
        <CopyButton
          text={link("ema")}
          label={`Copy the link to the averaged generator's model.json at step ${step}`}
        >
          averaged
        </CopyButton>
        <CopyButton
          text={link("raw")}
          label={`Copy the link to the last generator's model.json at step ${step}`}
        >
          raw
        </CopyButton>
      </td>
    </tr>
  );
}

interface FileLinkProps {
  readonly id: string;
  readonly step: number;
  readonly file: CheckpointFile;
}

function FileLink({ id, step, file }: FileLinkProps): JSX.Element {
  const stem = file.name.replace(/\.safetensors$/, "");
  return (
    <a
      class="file"
      href={checkpointFileUrl(id, step, file.name)}
      download={`${id}-${step}-${file.name}`}
      title={`${file.name}, sha256 ${file.sha256}`}
    >
      {stem} <span class="muted numbers">{formatBytes(file.bytes)}</span>
      <span class="visually-hidden">at step {step}, safetensors</span>
    </a>
  );
}
