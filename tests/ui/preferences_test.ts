import { assertEquals } from "@std/assert";
import { type Memory, rememberPreferences } from "../../ui/state/preferences.ts";

function memoryOf(items: Record<string, string>): Memory & { items: Record<string, string> } {
  return {
    items,
    getItem: (key) => items[key] ?? null,
    setItem: (key, value) => void (items[key] = value),
  };
}

Deno.test("rememberPreferences() writes what changes, and reads it back", () => {
  const memory = memoryOf({});
  const first = rememberPreferences(memory);
  assertEquals(first.theme.value, "auto");
  assertEquals(memory.items, {});
  first.theme.value = "dark";
  first.smoothing.value = 0.9;
  first.logScale.value = true;
  const second = rememberPreferences(memory);
  assertEquals(
    [second.theme.value, second.smoothing.value, second.logScale.value],
    ["dark", 0.9, true],
  );
});

Deno.test("rememberPreferences() takes what it cannot read as never set", () => {
  const broken = memoryOf({ "atelier.theme": "{", "atelier.smoothing": "7" });
  const { theme, smoothing } = rememberPreferences(broken);
  assertEquals([theme.value, smoothing.value], ["auto", 0.6]);
});

Deno.test("rememberPreferences() works where the browser forbids storage", () => {
  const forbid = () => {
    throw new DOMException("forbidden", "SecurityError");
  };
  const { theme } = rememberPreferences({ getItem: forbid, setItem: forbid });
  theme.value = "light";
  assertEquals(theme.value, "light");
});
