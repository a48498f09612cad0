/** The picture of the Enlarge page: handed to the server, found there again, and handed over anew. */
import { batch, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { EnlargeScale, PictureInfo } from "../../../src/core/enlarge_protocol.ts";
import type { PictureFile, PictureSettings, PictureTransport } from "../../picture_transport.ts";
import type { Router } from "../../router.ts";
import { type Clock, Refused, Unreachable } from "../../transport.ts";
import { faultText, isAbort } from "../explore/faults.ts";
import { editQuery } from "../query_state.ts";
import type { EnlargeView } from "./view.ts";

/** How the page stands with its picture. */
export type PictureState =
  | { readonly state: "none" }
  /** On its way to the server, or looked for there. */
  | { readonly state: "coming" }
  | { readonly state: "ready" }
  /** The server would not have it, and said why. */
  | { readonly state: "refused"; readonly message: string }
  /** The server has it no more, and neither has the page. */
  | { readonly state: "forgotten" }
  /** The server is gone; it is asked again. */
  | { readonly state: "away"; readonly message: string };

/** What is taken of the world. */
export interface HeldOptions {
  readonly pictures: PictureTransport;
  readonly clock: Clock;
  readonly router: Router;
  readonly view: EnlargeView;
  /** The scale of the next picture. */
  readonly scale: () => EnlargeScale;
}

const RETRY_AFTER_MS = 2000;
/** Files that can be handed over anew when the reader goes back to them. */
const KEPT = 8;

/** By name; null takes a value out. */
type QueryChanges = Readonly<Record<string, string | null>>;

/** One way to come by a picture. */
interface Errand {
  run(signal: AbortSignal): Promise<PictureInfo>;
  /** What the page has of it; undefined where the server alone does. */
  readonly file: PictureFile | undefined;
  /** What changes in the address once the picture is there. */
  readonly also?: QueryChanges;
  /** Looks for what the page has handed over before. */
  readonly again?: boolean;
}

/** The picture that the address names, or that the reader has just given. */
export class HeldPicture {
  /** What the server says of it; kept, so that it stays shown, until there is another. */
  readonly info: ReadonlySignal<PictureInfo | null>;
  readonly state: ReadonlySignal<PictureState>;
  /** How often a picture has come: what the server had lost before is to be asked for anew. */
  readonly arrivals: ReadonlySignal<number>;
  readonly #arrivals = signal(0);
  readonly #info = signal<PictureInfo | null>(null);
  readonly #state = signal<PictureState>({ state: "none" });
  /** By the server's names; what was used last comes last. */
  readonly #files = new Map<string, PictureFile>();
  readonly #stop: () => void;
  #coming: AbortController | null = null;
  #cancelRetry = () => {};

  constructor(private readonly options: HeldOptions) {
    this.info = this.#info;
    this.state = this.#state;
    this.arrivals = this.#arrivals;
    this.#stop = effect(() => {
      const id = options.view.picture.value.value;
      untracked(() => this.#follow(id));
    });
  }

  dispose(): void {
    this.#stop();
    this.#rest();
  }

  /** Shows a file of the reader's. */
  take(file: PictureFile): void {
    const { pictures, view, scale } = this.options;
    const settings = { scale: scale(), truth: view.truth.value.value };
    const run = (signal: AbortSignal) => pictures.post(file, settings, signal);
    this.#bring({ run, file, also: this.#whole() });
  }

  /** Shows the server's own picture, whose truth is known. */
  takeExample(): void {
    const { pictures, scale } = this.options;
    const run = (signal: AbortSignal) => pictures.example(scale(), signal);
    this.#bring({ run, file: undefined, also: this.#whole() });
  }

  /**
   * Takes the same picture otherwise, and changes the address as `also` says once it is there; without a
   * picture, says how the next is to be taken.
   */
  change(changes: Partial<PictureSettings>, also: QueryChanges = {}): void {
    const { pictures, view, router } = this.options;
    const info = this.#state.value.state === "none" ? null : this.#info.value;
    if (info === null) {
      if (changes.scale !== undefined) view.scale.set(changes.scale);
      if (changes.truth !== undefined) view.truth.set(changes.truth);
      return editQuery(router, also);
    }
    const settings = { scale: info.scale, truth: info.truth !== null, ...changes };
    const known = this.#files.get(info.id);
    const run = async (signal: AbortSignal) => {
      const file = known ??
        { bytes: await pictures.read(info, signal), name: info.name ?? null };
      return await pictures.post(file, settings, signal);
    };
    this.#bring({ run, file: known, also });
  }

  /** The server says that it knows the picture no more: hands it over anew, where the page has it. */
  lost(): void {
    const { pictures } = this.options;
    const info = this.#info.value;
    if (info === null || this.#coming !== null) return;
    const file = this.#files.get(info.id);
    const settings = { scale: info.scale, truth: info.truth !== null };
    if (file === undefined) this.#state.value = { state: "forgotten" };
    else this.#bring({ run: (signal) => pictures.post(file, settings, signal), file });
  }

  /** The small picture or the truth could not be shown: asks whether the server has them still. */
  lookAgain(): void {
    const { pictures } = this.options;
    const info = this.#info.value;
    if (info === null || this.#state.value.state !== "ready") return;
    this.#bring({ run: () => pictures.find(info.id), file: this.#files.get(info.id), again: true });
  }

  /** Turns to the picture that the address names. */
  #follow(id: string): void {
    if (id === "") {
      this.#rest();
      this.#state.value = { state: "none" };
    } else if (this.#info.value?.id !== id || this.#state.value.state === "none") {
      const run = () => this.options.pictures.find(id);
      this.#bring({ run, file: this.#files.get(id), again: true });
    }
  }

  #bring(errand: Errand): void {
    this.#rest();
    const coming = this.#coming = new AbortController();
    this.#state.value = { state: "coming" };
    errand.run(coming.signal).then(
      (info) => {
        if (this.#coming !== coming) return;
        this.#coming = null;
        this.#arrived(info, errand);
      },
      (error) => {
        if (this.#coming !== coming || isAbort(error)) return;
        this.#coming = null;
        this.#failed(error, errand);
      },
    );
  }

  #arrived(info: PictureInfo, { file, also = {} }: Errand): void {
    const { router, view } = this.options;
    if (file !== undefined) this.#keep(info.id, file);
    const known = view.picture.value.value === info.id;
    const changes = {
      [view.picture.name]: info.id,
      [view.scale.name]: String(info.scale),
      [view.truth.name]: info.truth === null ? null : "1",
      ...also,
    };
    batch(() => {
      this.#info.value = info;
      this.#state.value = { state: "ready" };
      this.#arrivals.value++;
      editQuery(router, changes, known ? "replace" : "push");
    });
  }

  /** Nothing of a new picture is enlarged yet. */
  #whole(): QueryChanges {
    return { [this.options.view.zoom.name]: null };
  }

  #keep(id: string, file: PictureFile): void {
    this.#files.delete(id);
    this.#files.set(id, file);
    if (this.#files.size > KEPT) this.#files.delete(this.#files.keys().next().value!);
  }

  #failed(error: unknown, errand: Errand): void {
    const message = faultText(error);
    const missing = error instanceof Refused && error.status === 404;
    if (error instanceof Unreachable) {
      const { clock } = this.options;
      this.#state.value = { state: "away", message };
      this.#cancelRetry = clock.after(RETRY_AFTER_MS, () => this.#bring(errand));
    } else if (!missing) this.#state.value = { state: "refused", message };
    else if (errand.again && errand.file) this.take(errand.file);
    else this.#state.value = { state: "forgotten" };
  }

  /** Waits for nothing any more. */
  #rest(): void {
    this.#coming?.abort();
    this.#coming = null;
    this.#cancelRetry();
  }
}
