import type { JSX } from "preact";
import type { Pair } from "../../state/compare/view.ts";

interface PairChoiceProps {
  readonly pair: Pair;
  /** Of all that there are to choose from. */
  readonly names: readonly string[];
  /** Names of the fields: of the reference alone, or of both. */
  readonly fields: readonly [string] | readonly [string, string];
  onChoose(pair: Pair): void;
}

/** Which two of several. Choosing the other one's turns the two round. */
export function PairChoice({ pair, names, fields, onChoose }: PairChoiceProps): JSX.Element {
  const { reference, other } = pair;
  const choose = (changed: Partial<Pair>) => {
    const next = { ...pair, ...changed };
    const same = next.reference === next.other;
    onChoose(same ? { reference: other, other: reference } : next);
  };
  const field = (label: string, value: number, onPick: (index: number) => void) => (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(Number(event.currentTarget.value))}>
        {names.map((name, i) => <option key={name} value={i}>{name}</option>)}
      </select>
    </label>
  );
  const [first, second] = fields;
  return (
    <>
      {field(first, reference, (index) => choose({ reference: index }))}
      {second !== undefined && field(second, other, (index) => choose({ other: index }))}
    </>
  );
}
