/** What tells one state of a run's checkpoints from another. */
import type { CheckpointInfo } from "../../src/core/protocol.ts";

/** Steps and hashes of files, as text: "" without checkpoints. */
export function contentsOf(checkpoints: readonly CheckpointInfo[]): string {
  const one = ({ step, files }: CheckpointInfo) => [step, ...files.map(({ sha256 }) => sha256)];
  return checkpoints.map((checkpoint) => one(checkpoint).join()).join(" ");
}
