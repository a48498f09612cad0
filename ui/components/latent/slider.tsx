import type { JSX } from "preact";

interface SliderProps {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  /** The value as people read it. */
  readonly text: string;
  readonly title?: string | undefined;
  onInput(value: number): void;
}

/** A range with its name before it and its value after it. */
export function Slider(props: SliderProps): JSX.Element {
  const { name, value, least, most, step, text, title, onInput } = props;
  return (
    <label class="slider" title={title}>
      <span>{name}</span>
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-valuetext={text}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
      <span class="numbers value" aria-hidden="true">{text}</span>
    </label>
  );
}
