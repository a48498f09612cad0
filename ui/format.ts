/** Numbers, times and names as the page writes them. */

const integers = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });

/** A count with thin groups of three: `12,500`. */
export function formatCount(value: number): string {
  return integers.format(value);
}

/** A scalar in four significant digits, without an exponent where it can be read so. */
export function formatScalar(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 0.001 || size >= 1e6) return value.toExponential(2).replace("e+", "e");
  if (size >= 1000) return formatCount(value);
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

/** Images per second: whole ones where there are many. */
export function formatRate(value: number): string {
  return value >= 10 ? formatCount(value) : value.toFixed(1);
}

/** A size on disk: `14.3 MB`, in powers of ten as file managers have it. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? formatCount(value) : value.toFixed(1)} ${units[power]}`;
}

/** A duration in its two largest units: `2 h 5 min`, `40 s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  return parts.slice(first, first + 2).filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** How long ago an ISO 8601 time was, in its largest unit: `3 min ago`. */
export function formatAgo(iso: string, now: number): string {
  const ms = now - Date.parse(iso);
  if (!(ms >= 10_000)) return "just now"; // also for clocks that disagree
  return `${formatDuration(ms).split(" ").slice(0, 2).join(" ")} ago`;
}

/** A share as whole per cent; 100 only at the very end. */
export function formatPercent(part: number, whole: number): string {
  return `${whole > 0 ? Math.floor(100 * Math.min(1, part / whole)) : 0} %`;
}

/** A setting's key in words: `sampleEverySteps` reads `sample every steps`. */
export function words(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A dataset's name in short: of `folder:PATH` the folder's own name. */
export function datasetTitle(dataset: string): string {
  const path = /^folder:(.*)$/.exec(dataset)?.[1] ?? "";
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? dataset;
}

/** The first digits of a hash: enough to tell two apart. */
export function formatHash(hash: string): string {
  return hash.length > 16 ? `${hash.slice(0, 12)}…` : hash;
}

/** A setting's value as written in a configuration. */
export function formatSetting(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string" || typeof value === "number") return String(value);
  return JSON.stringify(value);
}

/** What a network that enlarges is, by its run's settings: `×4, edsr-compact`; empty where they do not say. */
export function enlargerTitle({ scale, model }: Readonly<Record<string, unknown>>): string {
  return typeof scale === "number" && typeof model === "string" ? `×${scale}, ${model}` : "";
}
