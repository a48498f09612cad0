/** What the page needs of a server to enlarge pictures; tests pass their own. */
import type {
  EnlargeFigures,
  EnlargerInfo,
  EnlargeScale,
  PictureInfo,
} from "../src/core/enlarge_protocol.ts";

/** How a picture is to be taken. */
export interface PictureSettings {
  /** By how much it is to grow. */
  readonly scale: EnlargeScale;
  /** Whether it is what results are compared with: it is made small first. */
  readonly truth: boolean;
}

/** A file of the reader's. */
export interface PictureFile {
  readonly bytes: Blob;
  /** null where it has none, as what was pasted. */
  readonly name: string | null;
}

/** What came of a picture. */
export interface Enlarged {
  /** The address of the PNG. */
  readonly image: string;
  /** By protocol; null where the truth is not known. */
  readonly figures: EnlargeFigures | null;
  readonly seconds: number;
}

/** How a picture is enlarged. */
export interface EnlargeOptions {
  /** An abort stops the work. */
  readonly signal: AbortSignal;
  /** Told how many parts of the work are done. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * The server, where pictures are enlarged. Every promise rejects with `Refused` or `Unreachable`; `Refused`
 * with 404 where the server has forgotten a picture.
 */
export interface PictureTransport {
  /** What there is to enlarge with. */
  enlargers(): Promise<readonly EnlargerInfo[]>;
  /** Hands a picture over, to be kept for a while. */
  post(file: PictureFile, settings: PictureSettings, signal: AbortSignal): Promise<PictureInfo>;
  /** A picture of the server's own, with its truth. */
  example(scale: EnlargeScale, signal: AbortSignal): Promise<PictureInfo>;
  /** What the server knows of a picture. */
  find(id: string): Promise<PictureInfo>;
  /** What the server was given, as far as it has it still: the truth, or the small picture. */
  read(picture: PictureInfo, signal: AbortSignal): Promise<Blob>;
  /** Enlarges a picture by a model, unless that is done already. Rejects with the signal's reason, too. */
  enlarge(id: string, model: string, options: EnlargeOptions): Promise<Enlarged>;
}
