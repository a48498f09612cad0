/** Short addresses of what a run's generator draws: `run@step#seed`. */

/** What an address names. */
export interface Address {
  /** As a person types it: an id, the beginning or end of one, a folder, `latest`. */
  readonly run: string;
  /** null is the newest checkpoint, `best` the one with the best metric. */
  readonly step: number | "best" | null;
  /** Names the latent; null where the address is of a checkpoint. */
  readonly seed: number | null;
}

/**
 * Reads `run`, `run@500`, `run@best`, `run@500#7`, `run#7`. Throws a RangeError for anything else, which
 * begins with `"TEXT"`.
 */
export function parseAddress(text: string): Address {
  const hash = text.lastIndexOf("#");
  const checkpoint = hash < 0 ? text : text.slice(0, hash);
  const seedText = hash < 0 ? null : text.slice(hash + 1);
  const at = checkpoint.lastIndexOf("@");
  const run = at < 0 ? checkpoint : checkpoint.slice(0, at);
  const stepText = at < 0 ? null : checkpoint.slice(at + 1);
  const whole = /^\d{1,15}$/;
  const badStep = stepText !== null && stepText !== "best" && !whole.test(stepText);
  if (run === "" || badStep || (seedText !== null && !whole.test(seedText))) {
    throw new RangeError(
      `"${text}" is no address: expected RUN, RUN@STEP or RUN@STEP#SEED, such as latest@500#7`,
    );
  }
  return {
    run,
    step: stepText === null || stepText === "best" ? stepText : Number(stepText),
    seed: seedText === null ? null : Number(seedText),
  };
}

/** The text that `parseAddress` reads back. */
export function formatAddress({ run, step, seed }: Address): string {
  return run + (step === null ? "" : `@${step}`) + (seed === null ? "" : `#${seed}`);
}
