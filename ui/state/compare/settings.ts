/** Settings of several runs beside each other. Pure. */
import type { RunDetail } from "../../../src/core/protocol.ts";
import { formatCount, formatHash, formatSetting, words } from "../../format.ts";

/** One setting of every run. */
export interface SettingRow {
  readonly name: string;
  /** As the page writes them; null for a run that is not known. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

/** Every setting that any of the runs has, with what each was made on. Rows keep the runs' own order. */
export function settingRows(runs: readonly (RunDetail | null)[]): readonly SettingRow[] {
  const columns = runs.map((run) => run === null ? null : settingsOf(run));
  const names = new Set(columns.flatMap((column) => column === null ? [] : [...column.keys()]));
  return [...names].map((name) => {
    const values = columns.map((column) => column === null ? null : column.get(name) ?? "–");
    const known = values.filter((value) => value !== null);
    return { name, values, differs: known.some((value) => value !== known[0]) };
  });
}

function settingsOf(run: RunDetail): ReadonlyMap<string, string> {
  const { config, data, device, parameters, versions } = run;
  const settings = new Map<string, string>([["experiment", run.experiment]]);
  for (const [key, value] of Object.entries(config)) settings.set(words(key), formatSetting(value));
  if (data) {
    settings.set(
      "images",
      `${formatCount(data.length)} of ${data.size}×${data.size}×${data.channels}`,
    );
    settings.set("data fingerprint", formatHash(data.fingerprint));
  }
  for (const [network, count] of Object.entries(parameters)) {
    settings.set(`${network} parameters`, formatCount(count));
  }
  if (device) settings.set("device", `${device.backend} on ${device.name}`);
  for (const [name, version] of Object.entries(versions)) settings.set(name, version);
  return settings;
}
