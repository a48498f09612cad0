/**
 * The workloads by name. A name states all that it measures, `dcgan-64-f64-b64`: 64 px, 64 filters,
 * batches of 64. The standard ones are those that PyTorch is compared on; others of their families
 * have other numbers in their names.
 */
import { DCGAN_64, type DcganConfig } from "../../models/dcgan.ts";
import { MNIST_CNN } from "../../models/mnist_cnn.ts";
import { BILSTM_IMDB, LSTM_IMDB } from "../../models/sentiment.ts";
import { SRRESNET } from "../../models/srresnet.ts";
import { nearest } from "../core/suggest.ts";
import { ganWorkload } from "./gan_workload.ts";
import { mnistCnnWorkload, sentimentWorkload, srresnetWorkload } from "./supervised_workload.ts";
import type { Workload } from "./workload.ts";

/** What is measured where nothing else is asked for. */
export const STANDARD_WORKLOADS: readonly string[] = [
  "dcgan-32-f32-b16",
  "dcgan-64-f64-b64",
  "mnist-cnn-b128",
  "lstm-imdb-b32",
  "bilstm-imdb-b32",
  "srresnet-4x32-b8",
];

/** Side of the pictures that super-resolution starts from, in pixels (Ledig et al., 2017, §3.2). */
const SRRESNET_SIZE = 24;

/** Workloads that differ in numbers alone. */
interface Family {
  /** What people type, letters standing for numbers. */
  readonly form: string;
  /** Whole names of the family; each group is a number. */
  readonly pattern: RegExp;
  build(...numbers: number[]): Workload;
}

const families: readonly Family[] = [
  {
    form: "dcgan-PIXELS-fFILTERS-bBATCH",
    pattern: /^dcgan-(32|64|128)-f([1-9]\d{0,2})-b([1-9]\d{0,3})$/,
    build: (size, filters, batch) =>
      ganWorkload({ ...DCGAN_64, size: size as DcganConfig["size"], filters: filters! }, batch!),
  },
  {
    form: "mnist-cnn-bBATCH",
    pattern: /^mnist-cnn-b([1-9]\d{0,3})$/,
    build: (batch) => mnistCnnWorkload(MNIST_CNN, batch!),
  },
  {
    form: "lstm-imdb-bBATCH",
    pattern: /^lstm-imdb-b([1-9]\d{0,3})$/,
    build: (batch) => sentimentWorkload(LSTM_IMDB, 500, batch!),
  },
  {
    form: "bilstm-imdb-bBATCH",
    pattern: /^bilstm-imdb-b([1-9]\d{0,3})$/,
    build: (batch) => sentimentWorkload(BILSTM_IMDB, 200, batch!),
  },
  {
    form: "srresnet-BLOCKSxCHANNELS-bBATCH",
    pattern: /^srresnet-([1-9]\d?)x([1-9]\d{0,2})-b([1-9]\d{0,3})$/,
    build: (blocks, channels, batch) =>
      srresnetWorkload(
        { ...SRRESNET, blocks: blocks!, channels: channels! },
        SRRESNET_SIZE,
        batch!,
      ),
  },
];

/** The forms that names of workloads have. */
export const WORKLOAD_FORMS: readonly string[] = families.map(({ form }) => form);

/**
 * Finds what builds the workload of a name, on the device that is open when it is called. Throws a
 * RangeError that names the nearest standard workload where there is none of this name.
 */
export function findWorkload(name: string): () => Workload {
  for (const { pattern, build } of families) {
    const match = pattern.exec(name);
    if (match !== null) return () => build(...match.slice(1).map(Number));
  }
  const meant = nearest(name, STANDARD_WORKLOADS);
  throw new RangeError(
    `"${name}" is no workload${meant === null ? "." : `; did you mean ${meant}?`} There are ` +
      `${STANDARD_WORKLOADS.join(", ")}, and others of the forms ${WORKLOAD_FORMS.join(", ")}`,
  );
}
