import { assertEquals, assertThrows } from "@std/assert";
import { splitCommand } from "../../src/bench/split_command.ts";

const cases: readonly (readonly [string, readonly string[]])[] = [
  ["./torch_reference.py --threads 2", ["./torch_reference.py", "--threads", "2"]],
  ["  python3   bench.py ", ["python3", "bench.py"]],
  ["'my bench.py' \"a b\" c' 'd", ["my bench.py", "a b", "c d"]],
  [`sh -c 'cd x && ./run "$@"' sh`, ["sh", "-c", 'cd x && ./run "$@"', "sh"]],
  [String.raw`a\ b "say \"so\"" \\ C:\bench.exe ''`, [
    "a b",
    'say "so"',
    "\\",
    "C:\\bench.exe",
    "",
  ]],
];

for (const [command, words] of cases) {
  Deno.test(`splitCommand() takes ${command} apart`, () => {
    assertEquals(splitCommand(command), words as [string]);
  });
}

Deno.test("splitCommand() refuses open quotes and nothing at all", () => {
  assertThrows(
    () => splitCommand("sh -c 'x"),
    RangeError,
    "command sh -c 'x: its ' is never closed",
  );
  assertThrows(() => splitCommand('a "b'), RangeError, 'its " is never closed');
  assertThrows(() => splitCommand("  "), RangeError, "Cannot run an empty command");
});
