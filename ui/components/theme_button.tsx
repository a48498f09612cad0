import type { JSX } from "preact";
import { type Theme, THEMES } from "../state/preferences.ts";
import { useApp } from "./context.ts";

const LABELS: Readonly<Record<Theme, string>> = { auto: "Auto", light: "Light", dark: "Dark" };

/** Light, dark, or as the system has it. */
export function ThemeButton(): JSX.Element {
  const { preferences: { theme } } = useApp();
  return (
    <fieldset class="choice">
      <legend class="visually-hidden">Theme</legend>
      {THEMES.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name="theme"
            checked={theme.value === name}
            onChange={() => theme.value = name}
          />
          <span>{LABELS[name]}</span>
        </label>
      ))}
    </fieldset>
  );
}
