/**
 * The types that server and page share about enlarging pictures: who can enlarge, which picture, and what
 * came of it. Types, and the scales and experiments by name.
 */

/** By how much both sides of a picture can grow. */
export const ENLARGE_SCALES = [2, 3, 4] as const;
/** By how much both sides of a picture grow. */
export type EnlargeScale = typeof ENLARGE_SCALES[number];

/** The experiments whose runs hold networks that enlarge, and draw nothing from latents. */
export const ENLARGER_EXPERIMENTS = ["super-resolution", "srgan"] as const;
/** One of `ENLARGER_EXPERIMENTS`. */
export type EnlargerExperiment = typeof ENLARGER_EXPERIMENTS[number];

/** Whether a run of this experiment holds networks that enlarge. */
export const isEnlarger = (experiment: string): experiment is EnlargerExperiment =>
  (ENLARGER_EXPERIMENTS as readonly string[]).includes(experiment);

/** Something that enlarges pictures: a run's checkpoint, or MATLAB's bicubic. */
export interface EnlargerInfo {
  /** What addresses name it by: `RUN@STEP`, or `bicubic`, which is listed once for each scale. */
  readonly model: string;
  /** The run's id; null for bicubic. */
  readonly run: string | null;
  /** The newest checkpoint's step; null for bicubic. */
  readonly step: number | null;
  readonly scale: EnlargeScale;
  readonly experiment: EnlargerExperiment | null;
  /** `edsr-compact`, `srresnet` …; `bicubic`. */
  readonly network: string;
  /** Trainable ones of the network; null where none are known. */
  readonly parameters: number | null;
  /** What it learned from, as given: `folder:PATH`, `faces`; null for bicubic. */
  readonly data: string | null;
  /** Every step whose checkpoint can be opened, rising; none for bicubic. */
  readonly steps: readonly number[];
}

/** The body of `GET /api/enlargers`: newest run first, bicubic last. */
export interface EnlargerList {
  readonly enlargers: readonly EnlargerInfo[];
}

/** Sides in pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** A picture that the server holds for a while, to be enlarged. */
export interface PictureInfo extends PictureSize {
  /** Of its bytes and settings: the same picture has the same id. The size beside is the small picture's. */
  readonly id: string;
  /** By how much it is to grow. */
  readonly scale: EnlargeScale;
  /** The file's name, where the page sent one along as `?name=`. */
  readonly name?: string;
  /** The size of the truth, where the small picture was made of a larger one; else null. */
  readonly truth: PictureSize | null;
}

/**
 * How a result compares with the truth, by protocol: `psnr-y-crop4`, `ssim-rgb-crop4` …, and where the server's
 * device is fast enough `perceptual-lab` and `texture-lab`. null is an infinite PSNR, that of a result equal to the truth:
 * JSON has no number for it.
 */
export type EnlargeFigures = Readonly<Record<string, number | null>>;

/** One line of the NDJSON that `GET /api/pictures/ID/enlarged?model=M` streams; the last is no progress. */
export type EnlargeMessage =
  | {
    readonly type: "progress";
    /** Parts of the work, of how many: 0 of 1 until its turn has come, then tiles or bands. */
    readonly done: number;
    readonly total: number;
  }
  | {
    readonly type: "done";
    /** The address of the PNG. */
    readonly image: string;
    /** Null where the truth is not known. */
    readonly figures: EnlargeFigures | null;
    /** How long enlarging took; of the first time, where the result was there already. */
    readonly seconds: number;
  }
  | { readonly type: "error"; readonly error: string };
