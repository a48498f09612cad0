/** Which device draws: the first that works of those wished for, and the next when it fails. */
import { BrowserDevice, type Opening } from "./browser_device.ts";
import { type Device, DeviceFailure } from "./device.ts";
import type { BrowserKind } from "./messages.ts";

/** What a reader may ask for; `auto` takes the fastest that works. */
export const DEVICE_CHOICES = ["auto", "webgpu", "webgl", "wasm", "server"] as const;
/** One of `DEVICE_CHOICES`. */
export type DeviceChoice = typeof DEVICE_CHOICES[number];

/** In the order in which `auto` tries them: GPUs, then the processor. */
const KINDS: readonly BrowserKind[] = ["webgpu", "webgl", "wasm"];

/** What draws at present. */
export interface ActiveDevice {
  readonly kind: Device["kind"];
  /** What a person calls it. */
  readonly name: string;
  /** What was tried before it, and why it was not taken: `webgpu: this browser has none`. */
  readonly passedOver: readonly string[];
}

/** How devices are opened; tests pass their own. */
export interface DeviceSources {
  openBrowser(kinds: readonly BrowserKind[], byName: BrowserKind | null): Promise<Opening>;
  readonly server: Device;
}

/** Opens nothing before the first work. */
export class DeviceChain {
  readonly #sources: DeviceSources;
  readonly #onDevice: (device: ActiveDevice | null) => void;
  #choice: DeviceChoice;
  /** Kinds that failed since the choice was made, and why. */
  readonly #failed = new Map<Device["kind"], string>();
  #opening: Promise<Device> | null = null;

  /** `onDevice` is told of each device that begins to draw, and of null while another is looked for. */
  constructor(
    choice: DeviceChoice,
    sources: DeviceSources,
    onDevice: (device: ActiveDevice | null) => void,
  ) {
    this.#choice = choice;
    this.#sources = sources;
    this.#onDevice = onDevice;
  }

  /** From now on draws on what `choice` says; what failed before gets another chance. */
  choose(choice: DeviceChoice): void {
    this.#choice = choice;
    this.#failed.clear();
    this.#letGo();
  }

  /** Runs `work` on the device; where that fails as a device, on the next. The server comes last. */
  async use<T>(work: (device: Device) => Promise<T>): Promise<T> {
    for (;;) {
      const opening = this.#opening ??= this.#open();
      const device = await opening;
      if (this.#opening !== opening) continue; // the reader chose anew meanwhile
      try {
        return await work(device);
      } catch (error) {
        if (!(error instanceof DeviceFailure) || device.kind === "server") throw error;
        if (this.#opening !== opening) continue; // others saw it fail, too
        this.#failed.set(device.kind, error.message.replace(/^Cannot draw on /, ""));
        this.#letGo();
      }
    }
  }

  close(): void {
    this.#letGo();
  }

  #letGo(): void {
    void this.#opening?.then((device) => device.close());
    this.#opening = null;
    this.#onDevice(null);
  }

  async #open(): Promise<Device> {
    const choice = this.#choice;
    const byName = KINDS.find((kind) => kind === choice) ?? null;
    const ordered = byName === null ? KINDS : [byName, ...KINDS.filter((kind) => kind !== byName)];
    const kinds = choice === "server" ? [] : ordered.filter((kind) => !this.#failed.has(kind));
    const opening = kinds.length === 0 ? null : this.#sources.openBrowser(kinds, byName);
    const { device, passedOver = [] } = await opening ?? { device: null };
    const taken = device ?? this.#sources.server;
    if (this.#choice === choice) {
      const { kind, name } = taken;
      this.#onDevice({ kind, name, passedOver: [...this.#failed.values(), ...passedOver] });
    }
    return taken;
  }
}

/** Devices of this browser and of the server it came from. */
export const browserSources = (server: Device): DeviceSources => ({
  openBrowser: (kinds, byName) => BrowserDevice.open(kinds, byName),
  server,
});
