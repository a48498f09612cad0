/** Downloads a file whose content is known in advance: resumed, retried, checked, whole or not there. */
import { createHash } from "node:crypto";
import { basename, dirname } from "@std/path";
import { syncFolder } from "../src/core/fs.ts";
import type { Preparation } from "./dataset.ts";

/** A file to fetch, and how to know that it came whole. */
export interface RemoteFile {
  /** Mirrors, tried in turn. */
  readonly urls: readonly string[];
  readonly bytes: number;
  /** Lowercase hexadecimal. */
  readonly sha256: string;
}

/** How a download tells of itself, and what ends it. */
export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Preparation) => void) | undefined;
  /** How often every mirror is tried. */
  readonly rounds?: number;
  /** Pause before the second round; it doubles each round. */
  readonly pauseMs?: number;
  /** A connection that sends nothing for so long is given up. */
  readonly stallMs?: number;
}

/** No mirror gave the file; the message says what each answered. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
}

/** One mirror's failure, and whether asking again can help. */
class MirrorError extends Error {
  constructor(message: string, readonly final: boolean) {
    super(message);
  }
}

/** Waits, or throws the signal's reason as soon as it is aborted. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
  });
  signal?.throwIfAborted();
}

/** The SHA-256 of a file from its start, lowercase hexadecimal. */
function digestOf(file: Deno.FsFile): string {
  const hash = createHash("sha256");
  const chunk = new Uint8Array(1 << 20);
  file.seekSync(0, Deno.SeekMode.Start);
  for (let read = file.readSync(chunk); read !== null; read = file.readSync(chunk)) {
    hash.update(chunk.subarray(0, read));
  }
  return hash.digest("hex");
}

/** Asks for the bytes from `start` on; tells from where the answer's body begins. */
async function request(
  url: string,
  start: number,
  signal: AbortSignal,
): Promise<{ readonly body: ReadableStream<Uint8Array>; readonly start: number }> {
  // "identity", for a server must not pack what is digested.
  const headers = new Headers({ "accept-encoding": "identity" });
  if (start > 0) headers.set("range", `bytes=${start}-`);
  const response = await fetch(url, { headers, signal });
  const { status, body } = response;
  const resumed = status === 206 &&
    response.headers.get("content-range")?.startsWith(`bytes ${start}-`) === true;
  if (body !== null && (status === 200 || resumed)) return { body, start: resumed ? start : 0 };
  await body?.cancel();
  const passing = status >= 500 || status === 408 || status === 416 || status === 429;
  throw new MirrorError(`HTTP ${status}`, !passing);
}

/** Fills `part` from one mirror, from where it ends. What arrived stays there when it fails. */
async function fill(
  part: Deno.FsFile,
  url: string,
  file: RemoteFile,
  report: (done: number) => void,
  { signal, stallMs = 30_000 }: DownloadOptions,
): Promise<void> {
  const stalled = new AbortController();
  const giveUp = () => stalled.abort(new MirrorError(`silent for ${stallMs / 1000} s`, false));
  let timer = setTimeout(giveUp, stallMs);
  try {
    const both = AbortSignal.any(signal ? [signal, stalled.signal] : [stalled.signal]);
    const { body, start } = await request(url, part.statSync().size, both);
    part.truncateSync(start);
    part.seekSync(start, Deno.SeekMode.Start);
    let done = start;
    for await (const chunk of body) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, stallMs);
      done += chunk.length;
      if (done > file.bytes) throw new MirrorError(`more than ${file.bytes} bytes`, true);
      for (let at = 0; at < chunk.length;) at += part.writeSync(chunk.subarray(at));
      report(done);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** One try at one mirror: fills and checks `part`. Throws a MirrorError for what the mirror did. */
async function attempt(
  part: Deno.FsFile,
  url: string,
  file: RemoteFile,
  report: (done: number) => void,
  options: DownloadOptions,
): Promise<void> {
  if (part.statSync().size < file.bytes) {
    try {
      await fill(part, url, file, report, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof MirrorError && error.final) part.truncateSync(0);
      if (error instanceof MirrorError) throw error;
      if (error instanceof Deno.errors.NotCapable) throw new MirrorError(error.message, true);
      // fetch fails with a TypeError, and reading a body that breaks off with any of several.
      if (!(error instanceof Error)) throw error;
      // "fetch failed" tells nothing; its cause names the host that is not found or refuses.
      const reason = (error.cause instanceof Error ? error.cause : error).message;
      throw new MirrorError(reason.replace(/^error sending request for url \(.*?\): /, ""), false);
    }
  }
  const { size } = part.statSync();
  if (size < file.bytes) {
    throw new MirrorError(`broke off after ${size} of ${file.bytes} bytes`, false);
  }
  const digest = digestOf(part);
  if (digest !== file.sha256) {
    part.truncateSync(0);
    throw new MirrorError(`other content (sha256 ${digest}, expected ${file.sha256})`, true);
  }
}

/** Tries the mirrors round by round until `part` is whole. */
async function tryMirrors(
  part: Deno.FsFile,
  file: RemoteFile,
  report: (done: number) => void,
  options: DownloadOptions,
): Promise<void> {
  const { rounds = 3, pauseMs = 1000, signal } = options;
  const answers = new Map<string, string>();
  let urls = [...file.urls];
  for (let round = 0; round < rounds && urls.length > 0; round++) {
    if (round > 0) await pause(pauseMs * 2 ** (round - 1), signal);
    for (const url of [...urls]) {
      try {
        return await attempt(part, url, file, report, options);
      } catch (error) {
        if (!(error instanceof MirrorError)) throw error;
        answers.set(new URL(url).host, error.message);
        if (error.final) urls = urls.filter((other) => other !== url);
      }
    }
  }
  const told = [...answers].map(([host, answer]) => `${host}: ${answer}`).join("; ");
  throw new DownloadError(told);
}

/**
 * Puts the file at `path`, unless it is there: then its content is the caller's to check. Arrives in
 * `path.part`, which a later call goes on from and which two processes do not fill at once. Throws a
 * DownloadError where no mirror has it, and the signal's reason when aborted.
 */
export async function download(
  file: RemoteFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const exists = () => {
    try {
      return Deno.statSync(path).isFile;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  };
  if (exists()) return;
  Deno.mkdirSync(dirname(path), { recursive: true });
  const partPath = `${path}.part`;
  using part = Deno.openSync(partPath, { read: true, write: true, create: true });
  while (!part.tryLockSync(true)) await pause(200, options.signal);
  if (exists()) return; // another process has just brought it
  const label = `Downloading ${basename(path)}`;
  const report = (done: number) =>
    options.onProgress?.({ label, done, total: file.bytes, unit: "bytes" });
  report(part.statSync().size);
  await tryMirrors(part, file, report, options);
  part.syncDataSync();
  Deno.renameSync(partPath, path);
  syncFolder(dirname(path));
}
