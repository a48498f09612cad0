/** What a user may say of a model after its place: `inception.onnx,features=pool3,range=unit`. */
import { z } from "zod";
import { RESIZING } from "../resize.ts";

/**
 * What a pixel's byte b becomes.
 * - `signed`: b / 127.5 - 1, in [-1, 1].
 * - `fid`: (b - 128) / 128, in [-1, 1): of the Inception graph that the FID paper's code feeds.
 * - `unit`: b / 255.  - `bytes`: b.
 * - `imagenet`: b / 255, less ImageNet's mean and over its deviation, by channel; as torchvision's networks.
 */
export const RANGES = ["signed", "fid", "unit", "bytes", "imagenet"] as const;
export type Range = typeof RANGES[number];

const Options = z.strictObject({
  features: z.string().min(1).optional(),
  probabilities: z.string().min(1).optional(),
  range: z.enum(RANGES).optional(),
  resize: z.enum(RESIZING).optional(),
  size: z.coerce.number().int().min(1).max(2048).optional(),
});

/** What was said; the rest is the kind's default. */
export type ModelOptions = z.infer<typeof Options>;

/** Splits `PLACE,KEY=VALUE…`. Throws a RangeError that names the spec for what no option is. */
export function parseModelOptions(text: string, spec: string): [place: string, ModelOptions] {
  const [, place, tail] = text.match(/^(.*?)((?:,[a-z]+=[^,]*)*)$/s) as unknown as [
    string,
    string,
    string,
  ];
  const given = tail.split(",").slice(1).map((pair) => {
    const equals = pair.indexOf("=");
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  const options = Options.safeParse(Object.fromEntries(given));
  if (options.success && place !== "") return [place, options.data];
  const why = options.success
    ? "expected a path or URL of a model"
    : options.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`).join("; ");
  throw new RangeError(
    `Cannot open the extractor "${spec}": ${why}. Options are features=NAME, probabilities=NAME, ` +
      `range=${RANGES.join("|")}, resize=${RESIZING.join("|")} and size=PIXELS`,
  );
}
