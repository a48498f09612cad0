import type { JSX } from "preact";

interface ChoiceProps<W extends string> {
  readonly name: string;
  readonly options: readonly (readonly [word: W, text: string])[];
  readonly value: W;
  onChoose(word: W): void;
}

/** One of a few words. */
export function Choice<W extends string>(props: ChoiceProps<W>): JSX.Element {
  const { name, options, value, onChoose } = props;
  return (
    <fieldset class="choice">
      <legend class="visually-hidden">{name}</legend>
      {options.map(([word, text]) => (
        <label key={word}>
          <input
            type="radio"
            name={name}
            checked={word === value}
            onChange={() => onChoose(word)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
