/** Watches scores for a known failure of GANs, and says what to do about it. */
import type { StepReport } from "./trainer.ts";

/** Consecutive steps that make an episode: shorter ones are common and pass. */
const PATIENCE_STEPS = 50;

/**
 * Notices a discriminator that tells real from fake without fail, so that the generator learns
 * nothing more (Goodfellow et al., 2014, §3; Arjovsky & Bottou, 2017, https://arxiv.org/abs/1701.04862).
 */
export class DiscriminatorWatch {
  #steps = 0;

  /** Advice, once an episode, when the discriminator has been winning outright; otherwise null. */
  observe({ scores }: StepReport): string | null {
    const onReal = scores["D(x)"];
    const onFake = scores["D(G(z))"];
    if (onReal === undefined || onFake === undefined) return null; // no GAN
    this.#steps = onReal > 0.99 && onFake < 0.01 ? this.#steps + 1 : 0;
    if (this.#steps !== PATIENCE_STEPS) return null;
    return `The discriminator has won outright for ${PATIENCE_STEPS} steps: ` +
      `D(x) ${onReal.toFixed(4)}, D(G(z)) ${onFake.toFixed(4)}. If samples stop improving, ` +
      `set labelSmoothing to 0.1, halve learningRate, or train on more pictures`;
  }
}
