import { assert, assertEquals } from "@std/assert";
import type { z } from "zod";
import { BENCH } from "../../src/cli/bench.ts";
import { COMPARE } from "../../src/cli/compare_flags.ts";
import { DATA } from "../../src/cli/data.ts";
import { defaultOf } from "../../src/cli/expectation.ts";
import { EVALUATE } from "../../src/cli/evaluate_flags.ts";
import { DOCTOR } from "../../src/cli/doctor.ts";
import type { CommandTable } from "../../src/cli/flags.ts";
import { EXTRACTOR_CHECK } from "../../src/cli/extractor_check.ts";
import { flagText, helpText } from "../../src/cli/help.ts";
import { paragraph, wrap } from "../../src/cli/layout.ts";
import { RUNS } from "../../src/cli/runs.ts";
import { SAMPLE } from "../../src/cli/sample.ts";
import { SERVE } from "../../src/cli/serve.ts";
import { TRAIN_CLASSIFIER } from "../../src/cli/train_classifier.ts";
import { TRAIN_EXTRACTOR } from "../../src/cli/train_extractor.ts";
import { TRAIN_GAN } from "../../src/cli/train_gan_flags.ts";

const commands: readonly CommandTable[] = [
  TRAIN_GAN,
  EVALUATE,
  COMPARE,
  SERVE,
  SAMPLE,
  RUNS,
  DOCTOR,
  DATA,
  BENCH,
  TRAIN_CLASSIFIER,
  TRAIN_EXTRACTOR,
  EXTRACTOR_CHECK,
];

for (const command of commands) {
  Deno.test(`${command.name} --help fits its width and names every flag with what it does`, () => {
    for (const width of [60, 80, 100]) {
      const lines = helpText(command, width).split("\n");
      const long = lines.filter((line) => line.length > width && !line.includes("deno task"));
      assertEquals(long, []);
    }
    const text = helpText(command, 100);
    for (const flag of command.flags) {
      assert(text.includes(`--${flag.name}`) || text.includes(`--[no-]${flag.name}`), flag.name);
      assert(flagText(command, flag).length > 10, `--${flag.name} says nothing`);
    }
  });

  Deno.test(`${command.name}: every flag with a value says what holds without it`, () => {
    const silent = command.flags.filter((flag) =>
      flag.placeholder !== undefined && !/ \[.+\]$/.test(flagText(command, flag))
    );
    assertEquals(silent.map(({ name }) => name), []);
  });

  Deno.test(`${command.name}: each option has one flag or operand, in kebab case`, () => {
    const keys = [...command.flags, ...command.operands].map(({ key }) => key).toSorted();
    assertEquals(keys, Object.keys(command.options.shape).toSorted());
    assert(command.flags.every(({ name }) => /^[a-z][a-z0-9-]*$/.test(name)));
  });

  Deno.test(`${command.name}: defaults told in words do not contradict the schema`, () => {
    const wrong = command.flags.filter((flag) => {
      const own = defaultOf(command.options.shape[flag.key] as z.ZodType);
      const stated = flag.default;
      return stated !== undefined && own !== undefined && flag.placeholder !== undefined &&
        stated !== own && !own.includes(",");
    });
    assertEquals(wrong.map(({ name }) => name), []);
  });
}

Deno.test("an operand that takes many is shown as a list", () => {
  assert(helpText(BENCH, 80).includes("Usage: deno task bench [WORKLOAD …] [FLAGS]"));
});

Deno.test("train-gan --help shows defaults by device where they differ", () => {
  const text = (name: string) =>
    flagText(TRAIN_GAN, TRAIN_GAN.flags.find((flag) => flag.name === name)!);
  assert(/\[cpu 8, simd \d+, software GPU \d+, GPU 64\]$/.test(text("filters")), text("filters"));
  assert(/: 32, 64 or 128 \[/.test(text("size")), text("size"));
  assert(/\[1\]$/.test(text("seed")), text("seed"));
});

Deno.test("wrap() breaks between words and keeps longer words whole", () => {
  assertEquals(wrap("one two three", 7), ["one two", "three"]);
  assertEquals(wrap("antidisestablishment is long", 5), ["antidisestablishment", "is", "long"]);
});

Deno.test("paragraph() puts a heading beside its first line", () => {
  assertEquals(paragraph("ab", "one two three", 4, 11), ["ab  one two", "    three"]);
});
