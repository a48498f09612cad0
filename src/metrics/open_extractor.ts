/** Opens a feature extractor by what a person types: `lab`, `inception:inception_v3.onnx`. */
import { sha256Hex } from "../core/fs.ts";
import { openClassifier } from "./classifier/attribute_classifier.ts";
import type { FeatureExtractor } from "./extractor.ts";
import { openLabExtractor } from "./lab/lab_extractor.ts";
import { ModelExtractor, type ModelPlan } from "./models/model_extractor.ts";
import { digestOf, modelFiles } from "./models/model_files.ts";
import { type ModelOptions, parseModelOptions } from "./models/model_options.ts";
import { assertNamesFit, needsExtractor, parseMetricList } from "./names.ts";

/** How every extractor is written, for help and messages. */
export const EXTRACTOR_FORMS =
  "lab, classifier:FILE, inception:MODEL or MODEL, MODEL being a path or URL of a TensorFlow.js " +
  "model.json or an .onnx file";

/** To be raised with every change that alters what reaches a model: fingerprints contain it. */
const PREPROCESSING = "1";

/** A spec, read. */
type ParsedSpec =
  | { readonly kind: "lab" }
  | { readonly kind: "classifier"; readonly file: string }
  | {
    readonly kind: "inception" | "model";
    readonly place: string;
    readonly options: ModelOptions;
  };

function parseSpec(spec: string): ParsedSpec {
  const [, scheme, rest] = spec.match(/^(classifier|inception|model):(.*)$/s) ?? [];
  if (spec === "lab") return { kind: "lab" };
  if (scheme === "classifier") {
    if (rest !== "") return { kind: scheme, file: rest! };
    throw new RangeError(`Cannot open the extractor "${spec}": expected classifier:FILE`);
  }
  const [place, options] = parseModelOptions(scheme === undefined ? spec : rest!, spec);
  if (scheme === undefined && !/\.(json|onnx)([?#].*)?$/i.test(place)) {
    throw new RangeError(`Cannot open the extractor "${spec}": expected ${EXTRACTOR_FORMS}`);
  }
  modelFiles(place); // refuses other endings
  return { kind: scheme === "inception" ? "inception" : "model", place, options };
}

/** Throws a RangeError for what names no extractor. Opens nothing. */
export function assertExtractorSpec(spec: string): void {
  parseSpec(spec);
}

/**
 * Opens the extractor that `spec` names, on the open device; the caller disposes of it.
 *
 * `inception:MODEL` is the only one whose Fréchet distance is called FID. The lab can check its form
 * (299 pixels, 2,048 features), not its weights: figures compare with published ones where those are the
 * FID paper's. Pictures are rounded to bytes, resized to 299 as TensorFlow 1 does and scaled by
 * (b − 128)/128, as there; `,resize=` and `,range=` choose otherwise (model_options.ts). A MODEL without
 * `inception:` is named after its file.
 *
 * Throws a RangeError that says what was expected for a spec, file or model that cannot be used.
 */
export async function openExtractor(spec: string): Promise<FeatureExtractor> {
  const parsed = parseSpec(spec);
  switch (parsed.kind) {
    case "lab":
      return await openLabExtractor();
    case "classifier":
      return await openClassifier(parsed.file);
    case "inception":
    case "model":
      return await openModel(parsed.place, parsed.kind === "inception", parsed.options);
    default:
      return parsed satisfies never;
  }
}

async function openModel(
  place: string,
  inception: boolean,
  options: ModelOptions,
): Promise<ModelExtractor> {
  const files = modelFiles(place);
  // Imported here so that who uses neither pays for neither.
  const { model, bytes } = files.kind === "onnx"
    ? await import("./models/onnx_model.ts").then((module) => module.loadOnnxModel(files))
    : await import("./models/tfjs_model.ts").then((module) => module.loadTfjsModel(files));
  const name = inception ? "inception" : `${files.kind}-${plainName(files.stem)}`;
  const fingerprint = async (plan: ModelPlan) => {
    const text = `${PREPROCESSING} ${await digestOf(bytes)} ${JSON.stringify(plan)}`;
    return `${name}-${(await sha256Hex(new TextEncoder().encode(text))).slice(0, 16)}`;
  };
  return await ModelExtractor.from(model, place, { name, inception }, options, fingerprint);
}

/** Letters, digits and dashes of a file's name, as names of metrics have them. */
const plainName = (stem: string): string =>
  stem.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "") || "model";

/**
 * The extractor that metrics need, `metrics` being a list as a person writes it, null for all; null where
 * they look at pixels alone. The caller disposes of it. Throws as `openExtractor` and `assertNamesFit` do.
 */
export async function openWantedExtractor(
  spec: string,
  metrics: string | null,
): Promise<FeatureExtractor | null> {
  if (metrics !== null && !needsExtractor(parseMetricList(metrics))) return null;
  const extractor = await openExtractor(spec);
  try {
    if (metrics !== null) assertNamesFit(metrics, extractor.name);
  } catch (error) {
    extractor[Symbol.dispose]();
    throw error;
  }
  return extractor;
}
