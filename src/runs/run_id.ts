/** Names of runs: sortable by time, readable, and safe as folder names and in addresses. */

/** Longest dataset part of an id. */
const SLUG_LENGTH = 24;
const SUFFIX_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"; // 32 signs, without look-alikes

/**
 * What an id says of a dataset: the name, or the last folder of a path, in lower-case letters, digits
 * and dashes. `folder:/home/me/My Photos` is `my-photos`; what has no such sign at all is `data`.
 */
export function datasetSlug(spec: string): string {
  const [, kind = "", path = ""] = /^([^:]*):?(.*)$/s.exec(spec) ?? [];
  const named = kind === "folder" ? path.split(/[\\/]/).filter((part) => part !== "").at(-1) : kind;
  const slug = (named ?? "")
    .normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
    .replace(/[^a-z0-9]+/g, "-").slice(0, SLUG_LENGTH).replace(/^-+|-+$/g, "");
  return slug || "data";
}

/** Four signs that tell runs of one second apart. */
export function randomSuffix(): string {
  const draws = crypto.getRandomValues(new Uint8Array(4));
  return Array.from(draws, (x) => SUFFIX_ALPHABET[x % SUFFIX_ALPHABET.length]).join("");
}

/** `20261120-235518-dcgan-faces-k3f9`: the time in UTC, experiment, dataset, suffix. */
export function runId(experiment: string, dataset: string, time: Date, suffix: string): string {
  const [day, clock] = time.toISOString().slice(0, 19).replace(/[-:]/g, "").split("T");
  return `${day}-${clock}-${experiment}-${datasetSlug(dataset)}-${suffix}`;
}

/**
 * Whether a text can name a run's folder: letters, digits, dashes, dots and underscores, without a
 * leading dot. So `..`, absolute paths and hidden folders never pass. Wider than what `runId` makes,
 * for folders that people rename.
 */
export function isRunName(text: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/.test(text);
}
