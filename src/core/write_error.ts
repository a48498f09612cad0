/** What keeps a file from being written, in words that say how to mend it. */

/** A file could not be written for want of room or leave. The message names the place and the mend. */
export class WriteError extends Error {
  override readonly name = "WriteError";
}

/** What the system said, by its code. Of these Deno itself gives no class and no path worth showing. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space",
  EDQUOT: "the disk quota is used up. Free some space",
  EROFS: "it is on a read-only file system. Check how that is mounted",
};

/**
 * The error to throw in place of `error`, which came up when doing `action` ("write the grid") at
 * `path`; `otherwise` is the other mend ("pass another --out"). All but a disk that takes nothing
 * passes unchanged.
 */
export function writeError(
  action: string,
  path: string,
  otherwise: string,
  error: unknown,
): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = REASONS[code];
  if (reason === undefined) return error;
  return new WriteError(`Cannot ${action} "${path}": ${reason}, or ${otherwise}`, { cause: error });
}
