import type { JSX } from "preact";
import type { RunDetail } from "../../src/core/protocol.ts";
import { formatCount, formatHash, formatSetting, words } from "../format.ts";

/** What it is, its value, and the whole of a value that is shown short. */
type Rows = readonly (readonly [name: string, value: string, whole?: string])[];

/** Every setting the run was made with, and what it was made on. */
export function Settings({ detail }: { readonly detail: RunDetail }): JSX.Element {
  const config: Rows = Object.entries(detail.config)
    .map(([key, value]) => [words(key), formatSetting(value)]);
  return (
    <section class="settings" aria-labelledby="settings-title">
      <h2 id="settings-title">Configuration</h2>
      <Pairs label="Settings" rows={config} />
      <h3>Data, networks, machine</h3>
      <Pairs label="Data, networks and machine" rows={origins(detail)} />
    </section>
  );
}

function Pairs({ label, rows }: { readonly label: string; readonly rows: Rows }): JSX.Element {
  return (
    <dl class="pairs numbers" aria-label={label}>
      {rows.map(([name, value, whole]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={whole}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function origins({ data, parameters, device, versions }: RunDetail): Rows {
  const rows: [name: string, value: string, whole?: string][] = [];
  if (data) {
    const { length, size, channels, skipped } = data;
    rows.push(["images", `${formatCount(length)} of ${size}×${size}×${channels}`]);
    if (skipped.length > 0) rows.push(["skipped files", formatCount(skipped.length)]);
    rows.push(["data fingerprint", formatHash(data.fingerprint), data.fingerprint]);
  }
  for (const [network, count] of Object.entries(parameters)) {
    rows.push([`${network} parameters`, formatCount(count)]);
  }
  if (device) rows.push(["device", device.name], ["why this device", device.reason]);
  for (const [name, version] of Object.entries(versions)) rows.push([name, version]);
  return rows;
}
