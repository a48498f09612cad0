/** What pictures are enlarged by: its names, and which the page begins with. Pure. */
import type { EnlargerInfo, EnlargeScale } from "../../../src/core/enlarge_protocol.ts";
import { formatAddress } from "../../lab.ts";
import { type PanelAddress, resolveRun } from "../compare/panels.ts";

/** What addresses name bicubic enlargement by. */
export const BICUBIC = "bicubic";

/** Networks as their papers write them; others go by their own names. */
const NETWORK_TITLES: Readonly<Record<string, string>> = {
  [BICUBIC]: "Bicubic",
  "edsr-compact": "EDSR compact",
  "edsr-baseline": "EDSR baseline",
  srresnet: "SRResNet",
  srcnn: "SRCNN",
  fsrcnn: "FSRCNN",
  espcn: "ESPCN",
};

/** A network's name. */
export const networkTitle = (network: string): string => NETWORK_TITLES[network] ?? network;

/** What an enlarger is called: by what trained it where that was a discriminator, else by its network. */
export function modelTitle({ experiment, network }: EnlargerInfo): string {
  return experiment === "srgan" ? "SRGAN" : networkTitle(network);
}

/** The last part of a run's id, by which it can be named too. */
export const shortRun = (id: string): string => id.split("-").at(-1)!;

/** One of a list to choose from: `SRGAN h0v5`. */
export function modelChoice(enlarger: EnlargerInfo): string {
  const { run } = enlarger;
  return run === null ? modelTitle(enlarger) : `${modelTitle(enlarger)} ${shortRun(run)}`;
}

/** An address and what it stands for. */
export interface ChosenModel {
  readonly address: PanelAddress;
  /** null for what is not known: nothing yet, or nothing at all. */
  readonly enlarger: EnlargerInfo | null;
  /** What the server takes: `bicubic`, `RUN@STEP`. */
  readonly model: string;
}

/** What an address stands for among the enlargers, at a scale; without a step, a run's newest checkpoint. */
export function chosenModel(
  address: PanelAddress,
  enlargers: readonly EnlargerInfo[],
  scale: EnlargeScale,
): ChosenModel {
  if (address.run === BICUBIC) {
    const enlarger = enlargers.find((each) => each.run === null && each.scale === scale) ?? null;
    return { address, enlarger, model: BICUBIC };
  }
  const id = resolveRun(address.run, enlargers.flatMap(({ run }) => run ?? []));
  const enlarger = enlargers.find(({ run }) => run !== null && run === id) ?? null;
  const step = address.step ?? enlarger?.step ?? null;
  return { address, enlarger, model: formatAddress({ run: id ?? address.run, step, seed: null }) };
}

/**
 * What the page begins with: bicubic, the newest network that pixels have taught and the newest that a
 * discriminator has, at their newest steps. `enlargers` newest first.
 */
export function firstModels(
  enlargers: readonly EnlargerInfo[],
  scale: EnlargeScale,
): readonly PanelAddress[] {
  const newest = (experiment: EnlargerInfo["experiment"]) =>
    enlargers.filter((each) => each.scale === scale && each.experiment === experiment).slice(0, 1);
  const runs = [...newest("super-resolution"), ...newest("srgan")];
  return [
    { run: BICUBIC, step: null },
    ...runs.map(({ run, step }) => ({ run: run!, step })),
  ];
}

/** The scale of the first network that is named; where none is, of the newest there is; 4 without any. */
export function firstScale(
  named: readonly PanelAddress[],
  enlargers: readonly EnlargerInfo[],
): EnlargeScale {
  const first = named.map((address) => chosenModel(address, enlargers, 4).enlarger)
    .find((enlarger) => enlarger?.run);
  return (first ?? enlargers.find(({ run }) => run !== null))?.scale ?? 4;
}

/** A file's name for a result: `butterfly-x4-srgan-h0v5-100.png`. */
export function resultFileName(
  picture: string | null,
  scale: EnlargeScale,
  { enlarger, model }: ChosenModel,
): string {
  const stem = (picture ?? "picture").replace(/\.[A-Za-z]{3,5}$/, "");
  const [run, step] = model.split("@");
  const by = enlarger === null || enlarger.run === null
    ? model
    : [modelTitle(enlarger), shortRun(run!), step ?? ""].join("-").toLowerCase();
  const safe = (text: string) => text.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^-+|-+$/g, "");
  return `${safe(stem) || "picture"}-x${scale}-${safe(by)}.png`;
}
