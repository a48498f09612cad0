/** In which settings runs differ. */

/** A setting, and its value in each run, as text; null where a run has none of that name. */
export interface Setting {
  readonly key: string;
  readonly values: readonly (string | null)[];
}

/** Settings of several runs, in the order of the first run that has them. */
export interface ConfigurationDifference {
  readonly different: readonly Setting[];
  readonly same: readonly Setting[];
}

type Settings = Readonly<Record<string, unknown>>;

/** Compares runs' settings one by one. */
export function compareSettings(runs: readonly Settings[]): ConfigurationDifference {
  const keys = [...new Set(runs.flatMap((settings) => Object.keys(settings)))];
  const settings = keys.map((key): Setting => ({
    key,
    values: runs.map((each) => key in each ? settingText(each[key]) : null),
  }));
  const { same = [], different = [] } = Object.groupBy(
    settings,
    ({ values }) => values.every((value) => value === values[0]) ? "same" : "different",
  );
  return { different, same };
}

/** As a person would write it: text without quotes, `none` of null. */
function settingText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === null) return "none";
  if (typeof value === "number") {
    return value.toLocaleString("en", { maximumSignificantDigits: 12 });
  }
  return JSON.stringify(value);
}
