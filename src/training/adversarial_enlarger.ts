/**
 * Trains a network to enlarge pictures against a discriminator. Ledig et al. (2017),
 * https://arxiv.org/abs/1609.04802, §2
 */
import * as tf from "@tensorflow/tfjs";
import type { PairBatch } from "../core/pairs.ts";
import { Adam } from "../nn/adam.ts";
import { countTrainable, everything, type NamedVariable, trainable, under } from "../nn/weights.ts";
import type { ContentLoss } from "./content_losses.ts";
import { enlargerReport, enlargerStep } from "./enlarger_step.ts";
import {
  type EnlargerNetworks,
  type EnlargerOptions,
  EnlargerTrainerBase,
  type EnlargerViews,
  patches,
} from "./enlarger_trainer.ts";
import { discriminatorStep, fakeImages } from "./gan_steps.ts";
import type { StepReport } from "./trainer.ts";

/** Settings of adversarial training. */
export interface AdversarialOptions extends EnlargerOptions {
  /** Weight of the adversarial loss beside the content loss; 1e-3 in the paper. */
  readonly adversarialWeight: number;
  /** So many first steps teach the discriminator alone: one that knows nothing yet misleads. */
  readonly warmUp: number;
}

/** What a discriminator's training takes besides. */
export interface AdversarialParts {
  /** Maps [B, s·p, s·p, 3] to logits, [B, 1]. Taken over. */
  readonly discriminator: tf.LayersModel;
  /** Taken over. */
  readonly content: ContentLoss;
}

/** SRGAN: a content loss and a discriminator's verdict. Takes over networks and content loss. */
export class AdversarialEnlargerTrainer extends EnlargerTrainerBase {
  readonly parameters: Readonly<Record<string, number>>;
  readonly #parts: AdversarialParts;
  readonly #judge: Adam;
  readonly #weight: number;
  readonly #warmUp: number;

  constructor(
    networks: EnlargerNetworks,
    parts: AdversarialParts,
    options: AdversarialOptions,
    views: EnlargerViews,
  ) {
    super(networks, options, views);
    this.#parts = parts;
    this.#judge = new Adam(trainable(parts.discriminator), options);
    this.#weight = options.adversarialWeight;
    this.#warmUp = options.warmUp;
    this.parameters = {
      generator: countTrainable(networks.network),
      discriminator: countTrainable(parts.discriminator),
    };
  }

  async step({ low, high }: PairBatch): Promise<StepReport> {
    this.schedule();
    const report = tf.tidy(() => {
      const { discriminator, content } = this.#parts;
      const { network } = this.networks;
      const [inputs, truth] = [patches(low), patches(high)];
      const made = fakeImages(network, inputs);
      const d = discriminatorStep(discriminator, this.#judge, truth, made);
      const goal = { content: content.compare, adversarialWeight: this.#weight };
      const g = this.steps < this.#warmUp
        ? enlargerReport(made, { discriminator, high: truth }, goal)
        : enlargerStep(
          { network, discriminator },
          this.optimizer,
          { low: inputs, high: truth },
          goal,
        );
      this.follow();
      const scalars = [d.loss, g.loss, g.content, d.onReal, d.onFake];
      const stacked = tf.stack(scalars);
      tf.dispose([...scalars, g.onFake]);
      return stacked;
    });
    const values = await report.data(); // the step's only wait for the device
    report.dispose();
    const [dLoss, gLoss, onContent, onReal, onFake] = Array.from(values) as number[];
    return {
      losses: { discriminator: dLoss!, generator: gLoss!, content: onContent! },
      scores: { "D(x)": onReal!, "D(G(z))": onFake! },
    };
  }

  override dispose(): void {
    super.dispose();
    this.#parts.discriminator.dispose();
    this.#parts.content.dispose();
  }

  /** The enlarging network's updates begin after the warm-up. */
  protected override updatesOf(optimizer: Adam): number {
    const updates = super.updatesOf(optimizer);
    return optimizer === this.optimizer ? Math.max(0, updates - this.#warmUp) : updates;
  }

  protected override optimizers(): Adam[] {
    return [this.optimizer, this.#judge];
  }

  protected override stateVariables(): NamedVariable[] {
    return [
      ...super.stateVariables(),
      ...under("discriminator", everything(this.#parts.discriminator)),
      ...under("optimizer/discriminator", this.#judge.state),
    ];
  }
}
