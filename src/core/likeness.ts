/** What server and page say to each other about training pictures that are like an image. Types alone. */

/** A training picture near an image. */
export interface NearPicture {
  /** In the run's dataset. */
  readonly index: number;
  /** Whether it is near when mirrored: runs may train on both. */
  readonly mirrored: boolean;
  /** Euclidean, in the extractor's features. */
  readonly distance: number;
  /** Where the picture is, unmirrored. */
  readonly url: string;
}

/** The training pictures nearest to an image, and what to hold their distances against. */
export interface NearestPictures {
  /** In whose features: `lab`, `pixels-16`. */
  readonly extractor: string;
  /** Pictures that were searched; of large datasets a part. */
  readonly searched: number;
  readonly pictures: number;
  /** Whether mirrored pictures were searched, too. */
  readonly mirror: boolean;
  /** Nearest first. */
  readonly neighbours: readonly NearPicture[];
  /** How far training pictures are from the nearest other one, of `count` of them; null of one alone. */
  readonly reference: null | {
    readonly count: number;
    readonly median: number;
    /** One in a hundred is nearer. */
    readonly percentile1: number;
    /** Part of them, in [0, 1], that are nearer to another than the image to its nearest. */
    readonly nearer: number;
  };
}

/** The answer, with 202, while what it takes is computed: ask again, and it goes on. */
export interface Preparing {
  readonly preparing: {
    readonly label: string;
    readonly done: number;
    readonly total: number;
    readonly unit: string;
  };
}
