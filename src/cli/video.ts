/** Frames as an MP4, by ffmpeg where the machine has one. */
import type { Raster } from "../core/images.ts";

/** Arguments of ffmpeg that read raw frames from standard input and write an H.264 MP4 to `path`. */
export function ffmpegArguments(
  { width, height, channels }: Raster,
  fps: number,
  path: string,
): string[] {
  const input = ["-f", "rawvideo", "-pix_fmt", channels === 1 ? "gray" : "rgb24"];
  // Players want 4:2:0, whose sides are even.
  const even = "pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p";
  return [
    ...["-hide_banner", "-loglevel", "error", "-y"],
    ...[...input, "-s", `${width}x${height}`, "-r", String(fps), "-i", "-"],
    ...["-vf", even, "-c:v", "libx264", "-crf", "18", "-movflags", "+faststart", "-f", "mp4", path],
  ];
}

/**
 * Writes frames of one size to `path`, which must be writable, as an MP4. Throws a RangeError where
 * there is no ffmpeg or it refuses, and the signal's reason where that aborts.
 */
export async function encodeMp4(
  frames: readonly Raster[],
  fps: number,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const child = startFfmpeg(ffmpegArguments(frames[0]!, fps, path), signal);
  const complaint = new Response(child.stderr).text();
  const writer = child.stdin.getWriter();
  try {
    for (const { pixels } of frames) await writer.write(pixels);
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe) && !signal.aborted) throw error; // it says why
  }
  const { success, code } = await child.status;
  signal.throwIfAborted();
  if (success) return;
  throw new RangeError(
    `Cannot write the video: ffmpeg ended with status ${code}: ${(await complaint).trim()}`,
  );
}

function startFfmpeg(args: string[], signal: AbortSignal): Deno.ChildProcess {
  try {
    return new Deno.Command("ffmpeg", {
      args,
      signal,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new RangeError(
      "Cannot write an .mp4: there is no ffmpeg on this machine. Install it, or pass an --out that " +
        "ends in .gif, .webp, .apng or .png",
      { cause: error },
    );
  }
}
