/**
 * Notices what goes wrong in the training of a GAN, with the figures that say so. Pure: the loop runs it
 * on what it yields, to warn; the server on what a run recorded, to show.
 *
 * The bounds lie between runs that went well and runs that were broken on purpose; their histories and
 * the figures are in `tests/core/health_test.ts`.
 */
import type {
  HealthBalance,
  HealthEvidence,
  HealthFinding,
  HealthRule,
  RunEvent,
  RunHealth,
} from "./protocol.ts";

/** Steps that a mean is taken over. */
export const HEALTH_WINDOW = 100;
/** Steps at the start that count for nothing: two untrained networks jump about. */
const WARM_UP = 100;
/** Samples in a row that must be low: one may be chance. */
const LOW_SAMPLES = 2;
/** The step from which on samples are expected to differ at all. */
const GROWN_UP = 1000;

type StepReport = Pick<Extract<RunEvent, { type: "step" }>, "losses" | "scores">;
type Told = Pick<HealthFinding, "title" | "advice">;
/** A finding that is added to while it lasts. */
type Open = { -readonly [Key in keyof HealthFinding]: HealthFinding[Key] };

const TOLD: Readonly<Record<HealthRule, Told>> = {
  "discriminator-won": {
    title: "The discriminator wins outright",
    advice: "The generator has nothing left to learn from. If samples stop improving, set " +
      "labelSmoothing to 0.1, halve learningRate, or train on more pictures",
  },
  "discriminator-lost": {
    title: "The discriminator sees no difference",
    advice: "It gives generated pictures the scores of real ones, so the generator learns from " +
      "noise. Halve learningRate, or start anew with another seed",
  },
  divergence: {
    title: "The losses run away",
    advice: "Training has diverged or is about to. Resume from an earlier checkpoint with half " +
      "the learningRate",
  },
  collapse: {
    title: "Samples look alike",
    advice: "The generator draws few pictures, or one, whatever the latent. Resume from a " +
      "checkpoint before this with half the learningRate, or with a larger batch in a new run",
  },
};

/** Of networks that enlarge, which the truth holds besides the discriminator, and which draw no z. */
const ADVICE_TO_ENLARGERS: Readonly<Partial<Record<HealthRule, string>>> = {
  "discriminator-won":
    "Its verdict teaches the network little. If textures stop improving, halve " +
    "learningRate, or give the discriminator fewer feature maps in a new run",
  "discriminator-lost":
    "It gives enlarged pictures the scores of real ones, so that only their content " +
    "teaches the network. Halve learningRate, or give the discriminator more feature maps in a new run",
};

/** The means over a window, and the share of its steps that the discriminator won outright. */
interface Window extends HealthBalance {
  readonly won: number;
}

/** A figure with two bounds: one that gives the alarm, and a nearer one that ends it. */
interface Bound extends Omit<HealthEvidence, "value"> {
  readonly rule: HealthRule;
  readonly of: (window: Window) => number;
  /** An alarm lasts until the figure is on the sound side of this. */
  readonly calm: number;
}

const STEP_BOUNDS: readonly Bound[] = [
  {
    // Goodfellow et al. (2014), §3; Arjovsky & Bottou (2017), https://arxiv.org/abs/1701.04862
    rule: "discriminator-won",
    quantity: "share of steps with D(x) above 0.99 and D(G(z)) below 0.01",
    of: ({ won }) => won,
    side: "above",
    bound: 0.4, // sound runs: at most 0.09
    calm: 0.2,
  },
  {
    rule: "discriminator-lost",
    quantity: "D(x) less D(G(z))",
    of: ({ onReal, onFake }) => onReal - onFake,
    side: "below",
    bound: 0.02, // sound runs: at least 0.25, also with 6 times the learning rate 0.17
    calm: 0.06,
  },
  {
    rule: "divergence",
    quantity: "mean generator loss",
    of: ({ generatorLoss }) => generatorLoss,
    side: "above",
    bound: 12, // nats: D(G(z)) of some e⁻¹²; sound runs: at most 8
    calm: 8,
  },
  {
    rule: "divergence",
    quantity: "mean discriminator loss",
    of: ({ discriminatorLoss }) => discriminatorLoss,
    side: "above",
    bound: 4 * Math.LN2, // twice that of one who guesses; sound runs: at most 1.1
    calm: 2 * Math.LN2,
  },
];

const STEP_RULES: readonly HealthRule[] = [...new Set(STEP_BOUNDS.map(({ rule }) => rule))];

/** Takes a run's events in their order and keeps what it found. A resumed run gets a new one. */
export class HealthWatch {
  readonly #recent = new RecentMeans();
  readonly #findings: Open[] = [];
  #step = 0;
  #diversity: RunHealth["diversity"] = null;
  #lowSince: number[] = [];
  /** Whether the generator is also held to the content of the truth: it enlarges pictures. */
  #enlarges = false;

  /** Takes account of an update. Returns the alarms that it gives. */
  observe(step: number, { losses, scores }: StepReport): readonly HealthFinding[] {
    this.#step = Math.max(this.#step, step);
    const [onReal, onFake] = [scores["D(x)"], scores["D(G(z))"]];
    const [discriminatorLoss, generatorLoss] = [losses["discriminator"], losses["generator"]];
    if (
      onReal === undefined || onFake === undefined || discriminatorLoss === undefined ||
      generatorLoss === undefined
    ) return []; // no GAN
    this.#enlarges = losses["content"] !== undefined;
    const won = onReal > 0.99 && onFake < 0.01 ? 1 : 0;
    this.#recent.add([onReal, onFake, discriminatorLoss, generatorLoss, won]);
    const since = step - HEALTH_WINDOW + 1;
    const window = this.#recent.mean();
    if (window === null || window.steps < HEALTH_WINDOW || since <= WARM_UP) return [];
    return STEP_RULES.flatMap((rule) => this.#judge(rule, window, since, step));
  }

  /** Takes account of a `sample-diversity`. Returns the alarms that it gives. */
  observeDiversity(step: number, value: number): readonly HealthFinding[] {
    this.#step = Math.max(this.#step, step);
    const best = Math.max(value, this.#diversity?.best ?? 0);
    this.#diversity = { step, value, best };
    // Half of the best: in sound runs it falls by a tenth. Below 0.2 it has not begun to rise.
    const bound = Math.max(best >= 0.2 ? 0.5 * best : 0, step >= GROWN_UP ? 0.25 : 0);
    const quantity = `sample diversity, ${short(best)} at best,`;
    const evidence: HealthEvidence = { quantity, value, bound, side: "below" };
    const open = this.#open("collapse");
    if (open) {
      if (value < bound) open.evidence = [evidence];
      else if (value > 1.2 * bound) open.until = step;
      return [];
    }
    this.#lowSince = value < bound ? [...this.#lowSince, step] : [];
    if (this.#lowSince.length < LOW_SAMPLES) return [];
    return [this.#begin("collapse", this.#lowSince[0]!, [evidence])];
  }

  /** How the run stands after what was observed. */
  get health(): RunHealth {
    const window = this.#recent.mean();
    return {
      step: this.#step,
      balance: window && balanceOf(window),
      diversity: this.#diversity,
      findings: this.#findings.map((finding) => ({ ...finding })),
    };
  }

  #judge(rule: HealthRule, window: Window, since: number, step: number): HealthFinding[] {
    const open = this.#open(rule);
    const bounds = STEP_BOUNDS.filter((bound) => bound.rule === rule);
    const broken = bounds.flatMap(({ quantity, of, side, bound }): HealthEvidence[] => {
      const value = of(window);
      return isPast(value, bound, side) ? [{ quantity, value, bound, side }] : [];
    });
    if (!open) return broken.length > 0 ? [this.#begin(rule, since, broken)] : [];
    if (broken.length > 0) open.evidence = broken;
    else if (!bounds.some(({ of, calm, side }) => isPast(of(window), calm, side))) {
      open.until = step;
    }
    return [];
  }

  #open(rule: HealthRule): Open | undefined {
    return this.#findings.find((finding) => finding.rule === rule && finding.until === null);
  }

  #begin(rule: HealthRule, since: number, evidence: readonly HealthEvidence[]): HealthFinding {
    const told = TOLD[rule];
    const advice = this.#enlarges ? ADVICE_TO_ENLARGERS[rule] ?? told.advice : told.advice;
    const finding: Open = { rule, since, until: null, ...told, advice, evidence };
    this.#findings.push(finding);
    return { ...finding };
  }
}

/** A finding as one text, for warnings. */
export function findingText({ title, since, evidence, advice }: HealthFinding): string {
  return `${title} since step ${since}: ${evidence.map(evidenceText).join(", ")}. ${advice}`;
}

/** A figure and its bound: `mean generator loss 206.12, alarm above 12`. */
export function evidenceText({ quantity, value, bound, side }: HealthEvidence): string {
  return `${quantity} ${short(value)}, alarm ${side} ${short(bound)}`;
}

const short = (value: number) => String(Number(value.toPrecision(3)));

function isPast(value: number, bound: number, side: HealthEvidence["side"]): boolean {
  return side === "above" ? value > bound : value < bound;
}

function balanceOf({ won: _, ...balance }: Window): HealthBalance {
  return balance;
}

/** D(x), D(G(z)), the discriminator's and the generator's loss, and 1 where it won outright, else 0. */
type Row = readonly [number, number, number, number, number];
const ROW_LENGTH = 5;

/** The last rows, and their means. Added up anew each time: a huge loss leaves nothing behind. */
class RecentMeans {
  readonly #values = new Float64Array(HEALTH_WINDOW * ROW_LENGTH);
  #added = 0;

  add(row: Row): void {
    this.#values.set(row, (this.#added++ % HEALTH_WINDOW) * ROW_LENGTH);
  }

  /** null before the first row. */
  mean(): Window | null {
    const steps = Math.min(this.#added, HEALTH_WINDOW);
    if (steps === 0) return null;
    const sums = new Float64Array(ROW_LENGTH);
    for (let i = 0; i < steps * ROW_LENGTH; i++) sums[i % ROW_LENGTH]! += this.#values[i]!;
    const [onReal, onFake, discriminatorLoss, generatorLoss, won] = sums
      .map((sum) => sum / steps) as unknown as Row;
    return { steps, onReal, onFake, discriminatorLoss, generatorLoss, won };
  }
}
