/** A server that enlarges pictures as tests say. */
import type { EnlargerInfo, EnlargeScale, PictureInfo } from "../../src/core/enlarge_protocol.ts";
import type {
  Enlarged,
  EnlargeOptions,
  PictureFile,
  PictureSettings,
  PictureTransport,
} from "../../ui/picture_transport.ts";
import { Refused, Unreachable } from "../../ui/transport.ts";

/** One call to enlarge, as the test sees it: the test ends it. */
export interface FakeWork {
  readonly id: string;
  readonly model: string;
  readonly options: EnlargeOptions;
  finish(outcome?: Partial<Enlarged> | Error): void;
}

const FIGURES = { "psnr-y-crop4": 28.4, "ssim-y-crop4": 0.81 };

/** Keeps what it is handed until `forget()`; `away` answers nothing. */
export class FakePictures implements PictureTransport {
  list: readonly EnlargerInfo[] | Error = [fakeEnlarger(4)];
  away = false;
  /** Why the next picture is refused. */
  refusal: Refused | null = null;
  readonly posted: (PictureSettings & { readonly file: PictureFile })[] = [];
  readonly works: FakeWork[] = [];
  readonly #kept = new Map<string, PictureInfo>();

  enlargers = () => this.#answer(() => this.list);

  post = (file: PictureFile, settings: PictureSettings) =>
    this.#answer(() => {
      if (this.refusal) return this.refusal;
      this.posted.push({ ...settings, file });
      return this.#keep(file.name, settings);
    });

  example = (scale: EnlargeScale) =>
    this.#answer(() => this.#keep("example.png", { scale, truth: true }));

  find = (id: string) => this.#answer(() => this.#kept.get(id) ?? missing(id));

  read = ({ id, truth }: PictureInfo) =>
    this.#answer(() =>
      this.#kept.has(id) ? new Blob([truth === null ? "low" : "truth"]) : missing(id)
    );

  enlarge = (id: string, model: string, options: EnlargeOptions) => {
    if (this.away) return Promise.reject(new Unreachable(null));
    if (!this.#kept.has(id)) return Promise.reject(missing(id));
    const { promise, resolve, reject } = Promise.withResolvers<Enlarged>();
    const known = this.#kept.get(id)!.truth === null ? null : FIGURES;
    const finish = (outcome: Partial<Enlarged> | Error = {}) => {
      if (outcome instanceof Error) return reject(outcome);
      const image = `/${id}/${model}.png`;
      resolve({ image, figures: known, seconds: 1.5, ...outcome });
    };
    options.signal.addEventListener("abort", () => reject(options.signal.reason));
    this.works.push({ id, model, options, finish });
    return promise;
  };

  /** As a server does that is started anew. */
  forget(): void {
    this.#kept.clear();
  }

  get last(): FakeWork {
    return this.works.at(-1)!;
  }

  #keep(name: string | null, { scale, truth }: PictureSettings): PictureInfo {
    const info: PictureInfo = {
      id: `${name ?? "pasted"}-x${scale}${truth ? "-truth" : ""}`,
      scale,
      ...(name === null ? {} : { name }),
      width: 32,
      height: 24,
      truth: truth ? { width: 32 * scale, height: 24 * scale } : null,
    };
    this.#kept.set(info.id, info);
    return info;
  }

  #answer<T>(give: () => T): Promise<Exclude<T, Error>> {
    if (this.away) return Promise.reject(new Unreachable(null));
    const value = give();
    if (value instanceof Error) return Promise.reject(value);
    return Promise.resolve(value as Exclude<T, Error>);
  }
}

const missing = (id: string) => new Refused(404, `There is no picture "${id}": drop it again`);

/** Bicubic at a scale, or a run as the changes say. */
export function fakeEnlarger(
  scale: EnlargeScale,
  changes: Partial<EnlargerInfo> = {},
): EnlargerInfo {
  const { run = null, step = null } = changes;
  return {
    model: run === null ? "bicubic" : `${run}@${step}`,
    run,
    step,
    scale,
    experiment: run === null ? null : "super-resolution",
    network: run === null ? "bicubic" : "edsr-compact",
    parameters: run === null ? null : 171_984,
    data: run === null ? null : "folder:T91",
    steps: step === null ? [] : [step],
    ...changes,
  };
}
