import type { JSX } from "preact";
import { DEVICE_CHOICES, type DeviceChoice } from "../../generator/client.ts";
import { formatRate } from "../../format.ts";
import { useApp } from "../context.ts";

const NAMES: Readonly<Record<DeviceChoice, string>> = {
  auto: "Automatic",
  webgpu: "WebGPU",
  webgl: "WebGL",
  wasm: "WebAssembly",
  server: "Server",
};

interface DeviceNoteProps {
  /** As measured by whoever draws; null before. */
  readonly imagesPerSecond: number | null;
}

/** What draws the pictures, how fast, and a control to choose another. */
export function DeviceNote({ imagesPerSecond }: DeviceNoteProps): JSX.Element {
  const { generator: { device, choice } } = useApp();
  const active = device.value;
  return (
    <div class="device-note">
      <label>
        <span>Drawn by</span>
        <select
          value={choice.value}
          onChange={(event) => choice.value = event.currentTarget.value as DeviceChoice}
        >
          {DEVICE_CHOICES.map((each) => (
            <option key={each} value={each}>
              {each === "auto" && active !== null
                ? `Automatic: ${NAMES[active.kind]}`
                : NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      {active !== null && (
        <span class="muted numbers" title={active.name}>
          {active.kind !== "server" && <span class="device-name">{active.name}</span>}
          {imagesPerSecond !== null && <span>{formatRate(imagesPerSecond)} images/s</span>}
        </span>
      )}
    </div>
  );
}
