/** What can go wrong between a run and its disk, in words that say how to mend it. */

/** A run could not be read or written. Command line and server show the message without a stack. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

/** What happened, and the mend, by the system's error code. */
const MENDS: Readonly<Record<string, string>> = {
  "damaged events":
    "the file is damaged. Restore it from a copy, or delete it: the run can still be " +
    "resumed, and only the history of its events is lost",
  ENOSPC: "the disk is full. Free some space and resume the run; what it wrote before is untouched",
  EDQUOT:
    "the disk quota is used up. Free some space and resume the run; what it wrote before is untouched",
  EROFS:
    "the folder is on a read-only file system. Copy the run to a writable folder, and pass that " +
    "one's to --runs",
  EIO:
    "the disk failed, or is full. Free some space or check the disk, then resume the run; what it " +
    "wrote before is untouched",
  EACCES: "permission denied. Check who owns the folder, or copy the run to one of your own",
  ENOTDIR: "expected a folder, got a file. Pass a folder to --runs",
  EPERM: "operation not permitted. Check who owns the folder, or copy the run to one of your own",
};

/** Errors of `exec` come without a code: Deno's node:sqlite gives them their text alone. */
const SQLITE_TEXTS: Readonly<Record<string, string>> = {
  "disk I/O error": "EIO",
  "database or disk is full": "ENOSPC",
  "attempt to write a readonly database": "EROFS",
  "database disk image is malformed": "damaged events",
  "file is not a database": "damaged events",
};

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html, as keys of the mends. */
const SQLITE_CODES: Readonly<Record<number, string>> = {
  8: "EROFS",
  10: "EIO",
  11: "damaged events",
  13: "ENOSPC",
  26: "damaged events",
};

function systemCode(error: Error): string | null {
  if ("errcode" in error && typeof error.errcode === "number") {
    return SQLITE_CODES[error.errcode & 0xff] ?? null;
  }
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  return code === "ERR_SQLITE_ERROR" ? SQLITE_TEXTS[error.message] ?? null : code;
}

/** True for an error that says the file system, or its permissions, refuse every write. */
export function isReadOnly(error: unknown): boolean {
  return error instanceof Error && ["EROFS", "EACCES", "EPERM"].includes(systemCode(error) ?? "");
}

/**
 * The error to throw in place of `error`, which came up when doing `action` ("write the checkpoint")
 * on `path`. A missing Deno permission and our own errors pass unchanged: they carry their mend.
 */
export function storageError(action: string, path: string, error: unknown): unknown {
  if (error instanceof StorageError || error instanceof Deno.errors.NotCapable) return error;
  if (!(error instanceof Error)) return error;
  const mend = MENDS[systemCode(error) ?? ""] ?? error.message;
  return new StorageError(`Cannot ${action} "${path}": ${mend}`, { cause: error });
}

/** Runs `work`; what it throws comes out as `storageError` words it. */
export function orStorageError<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(action, path, error);
  }
}
