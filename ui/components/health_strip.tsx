import type { JSX } from "preact";
import type { HealthBalance, RunHealth } from "../../src/core/protocol.ts";
import { formatCount, formatScalar } from "../format.ts";
import { isEnlarger } from "../lab.ts";
import type { OpenRun } from "../state.ts";
import { scoreLabel } from "../state/chart_groups.ts";
import { balanceWords, diversityTrace, gapTrace } from "../state/health.ts";
import { Findings } from "./health_findings.tsx";
import { AlarmIcon, SoundIcon } from "./icons.tsx";
import { Sparkline } from "./sparkline.tsx";

/** How the training stands: its balance, the diversity of its samples, and what gives alarm. */
export function HealthStrip({ open }: { readonly open: OpenRun }): JSX.Element | null {
  const health = open.health.value.value;
  if (health === null || (health.balance === null && health.diversity === null)) return null;
  const enlarges = isEnlarger(open.run.detail.value!.experiment); // as many pictures as it is given
  return (
    <section class="health" aria-labelledby="health-title">
      <h2 id="health-title" class="visually-hidden">Health</h2>
      <div class="vitals numbers">
        {health.balance && <Balance balance={health.balance} open={open} enlarges={enlarges} />}
        {!enlarges && <Diversity health={health} open={open} />}
        <Alarms health={health} enlarges={enlarges} />
      </div>
      <Findings health={health} open={open} />
    </section>
  );
}

interface BalanceProps {
  readonly balance: HealthBalance;
  readonly open: OpenRun;
  readonly enlarges: boolean;
}

function Balance({ balance, open, enlarges }: BalanceProps): JSX.Element {
  const { curves } = open.run;
  curves.drawing.value;
  const trace = gapTrace(curves.buffer);
  const { onReal, onFake, discriminatorLoss, generatorLoss, steps } = balance;
  return (
    <div class="vital">
      <h3>Balance</h3>
      <p class="vital-value">{balanceWords(balance)}</p>
      {trace && <Sparkline trace={trace} />}
      <BalanceBar balance={balance} />
      <p class="muted">
        {scoreLabel("D(G(z))", enlarges)} {formatScalar(onFake)} to D(x){" "}
        {formatScalar(onReal)}; losses {formatScalar(discriminatorLoss)} of D,{" "}
        {formatScalar(generatorLoss)} of G;{" "}
        {steps === 1 ? "of one step" : `means of ${formatCount(steps)} steps`}
      </p>
    </div>
  );
}

/** Both scores on one scale from 0 to 1: the longer the bar, the further ahead the discriminator. */
function BalanceBar({ balance: { onReal, onFake } }: { readonly balance: HealthBalance }) {
  const [low, high] = [Math.min(onReal, onFake), Math.max(onReal, onFake)];
  return (
    <svg class="balance-bar" viewBox="0 0 160 12" preserveAspectRatio="xMinYMid" aria-hidden="true">
      <line x1="1" x2="159" y1="6" y2="6" />
      <line x1="80" x2="80" y1="2" y2="10" />
      <rect x={1 + 158 * low} width={Math.max(1, 158 * (high - low))} y="4.5" height="3" />
      <circle cx={1 + 158 * onFake} cy="6" r="3.25" data-score="fake" />
      <circle cx={1 + 158 * onReal} cy="6" r="3.25" />
    </svg>
  );
}

function Diversity(
  { health: { diversity }, open }: { readonly health: RunHealth; readonly open: OpenRun },
): JSX.Element {
  const trace = diversityTrace(open.metrics.value.value);
  if (diversity === null) {
    return (
      <div class="vital">
        <h3>Sample diversity</h3>
        <p class="vital-value muted">Not measured</p>
        <p class="muted">Measured with every sample in runs that are trained anew.</p>
      </div>
    );
  }
  const { value, best } = diversity;
  return (
    <div class="vital">
      <h3>Sample diversity</h3>
      <p class="vital-value">
        {formatScalar(value)} <span class="muted">of real pictures’</span>
      </p>
      {trace && <Sparkline trace={trace} reference={1} />}
      <p class="muted">
        Mean difference between two samples; {formatScalar(best)} at its highest
      </p>
    </div>
  );
}

function Alarms(
  { health: { findings }, enlarges }: { readonly health: RunHealth; readonly enlarges: boolean },
): JSX.Element {
  const lasting = findings.filter(({ until }) => until === null).length;
  const over = findings.length - lasting;
  const overText = `${formatCount(over)} earlier ${over === 1 ? "one is" : "ones are"} over`;
  return (
    <div class="vital" role="status">
      <h3>Alarms</h3>
      <p class="vital-value">
        {lasting === 0 ? <SoundIcon /> : <AlarmIcon />}{" "}
        {lasting === 0 ? "None" : lasting === 1 ? "One alarm" : `${lasting} alarms`}
      </p>
      <p class="muted">
        {over > 0
          ? overText
          : lasting > 0
          ? "Their evidence is below"
          : `For ${enlarges ? "" : "collapse, "}runaway losses, a discriminator that won or lost`}
      </p>
    </div>
  );
}
