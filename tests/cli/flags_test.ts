import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { type Command, parseCommand, UsageError } from "../../src/cli/flags.ts";

const options = z.strictObject({
  what: z.enum(["prepare", "preview"]),
  spec: z.string().min(1).default("faces"),
  steps: z.int().min(1).max(1000).default(300),
  learningRate: z.number().positive().default(2e-4),
  size: z.literal([32, 64, 128]).default(32),
  backend: z.enum(["auto", "webgpu", "cpu"]).default("auto"),
  note: z.string().min(1).nullable().default(null),
  mirror: z.boolean().default(false),
  serve: z.boolean().default(true),
});
const command: Command<typeof options.shape> = {
  name: "toy",
  summary: "A toy",
  operands: [
    { placeholder: "WHAT", key: "what", text: "prepare or preview", required: true },
    { placeholder: "SPEC", key: "spec", text: "the dataset", required: false },
  ],
  flags: [
    { name: "steps", key: "steps", placeholder: "STEPS", text: "updates" },
    { name: "learning-rate", key: "learningRate", placeholder: "RATE", text: "Adam's" },
    { name: "size", key: "size", placeholder: "PIXELS", text: "side" },
    { name: "backend", key: "backend", placeholder: "NAME", text: "where" },
    { name: "note", key: "note", placeholder: "TEXT", text: "anything" },
    { name: "mirror", key: "mirror", text: "mirror half" },
    { name: "no-serve", key: "serve", text: "no page" },
  ],
  options,
  notes: [],
  examples: [],
};
const split = (line: string) => line.split(" ").filter((arg) => arg !== "");
const parse = (line: string) => parseCommand(command, split(line))?.options ?? null;

const defaults = {
  what: "prepare",
  spec: "faces",
  steps: 300,
  learningRate: 2e-4,
  size: 32,
  backend: "auto",
  note: null,
  mirror: false,
  serve: true,
};

Deno.test("parseCommand() fills in defaults", () => {
  assertEquals(parse("prepare"), defaults);
});

Deno.test("parseCommand() reads --flag value and --flag=value, numbers and switches, in any order", () => {
  const wanted = {
    ...defaults,
    steps: 500,
    learningRate: 1e-3,
    size: 64,
    mirror: true,
    serve: false,
  };
  assertEquals(
    parse("--steps 500 --learning-rate 1e-3 --size 64 --mirror --no-serve prepare"),
    wanted,
  );
  assertEquals(
    parse("prepare --steps=500 --learning-rate=.001 --size=64 --mirror --no-serve"),
    wanted,
  );
  assertEquals(parse("prepare --no-mirror --serve"), defaults);
  assertEquals(parse("prepare --steps 1_000")!.steps, 1000);
  assertEquals(parse("prepare --note=a=b")!.note, "a=b");
  assertEquals(parse("prepare --note 12")!.note, "12");
  assertEquals(parse("prepare -- --odd-name")!.spec, "--odd-name");
});

Deno.test("parseCommand() tells what was given from what is a default", () => {
  const given = parseCommand(command, split("prepare --steps 300 --no-mirror"))!.given;
  assertEquals([...given].toSorted(), ["mirror", "steps", "what"]);
});

Deno.test("parseCommand() returns null where help is asked for, whatever else is there", () => {
  assertEquals(parse("--help"), null);
  assertEquals(parse("prepare --steps 5 -h"), null);
});

const refusals: readonly (readonly [line: string, message: string])[] = [
  ["prepare --stesp 5", "--stesp is no flag; did you mean --steps?"],
  ["prepare --learning 5", "--learning is no flag; did you mean --learning-rate?"],
  ["prepare --no-miror", "--no-miror is no flag; did you mean --no-mirror?"],
  ["prepare --quux", "--quux is no flag"],
  ["prepare -s 5", "-s is no flag"],
  ["prepare --steps 0", "--steps takes a whole number from 1 to 1000, got 0"],
  ["prepare --steps -5", "--steps takes a whole number from 1 to 1000, got -5"],
  ["prepare --steps 2.5", "--steps takes a whole number from 1 to 1000, got 2.5"],
  ["prepare --steps many", '--steps takes a whole number from 1 to 1000, got "many"'],
  ["prepare --learning-rate 0", "--learning-rate takes a number above 0, got 0"],
  ["prepare --size 48", "--size takes 32, 64 or 128, got 48"],
  [
    "prepare --backend webgp",
    '--backend takes auto, webgpu or cpu, got "webgp"; did you mean webgpu?',
  ],
  ["prepare --steps", "--steps needs a value: --steps STEPS"],
  ["prepare --steps=", "--steps needs a value: --steps STEPS"],
  ["prepare --steps --mirror", "--steps needs a value: --steps STEPS"],
  ["prepare --steps 5 --steps 5", "--steps is given twice; give it once"],
  ["prepare --mirror --no-mirror", "--mirror is given twice; give it once"],
  ["--help=steps", '--help takes no value, got "steps"'],
  ["prepare --mirror=yes", '--mirror takes no value, got "yes"; write --mirror or --no-mirror'],
  ["prepare faces mirror", '"mirror" is one argument too many; did you mean --mirror?'],
  ["prepare faces 12", '"12" is one argument too many'],
  ["", "WHAT is missing: prepare or preview"],
  ["prepair", 'WHAT takes prepare or preview, got "prepair"; did you mean prepare?'],
  [
    "prepare --steps 0 --size 1",
    [
      "--steps takes a whole number from 1 to 1000, got 0",
      "--size takes 32, 64 or 128, got 1",
    ].join("\n"),
  ],
];

for (const [line, message] of refusals) {
  Deno.test(`parseCommand() refuses "${line}" and says why`, () => {
    assertEquals(assertThrows(() => parse(line), UsageError).message, message);
  });
}

Deno.test("parseCommand() gives the last operand all that is left, where it takes many", () => {
  const shape = z.strictObject({
    first: z.string(),
    rest: z.array(z.string()).default(["all"]),
    mirror: z.boolean().default(false),
  });
  const many: Command<typeof shape.shape> = {
    ...command,
    operands: [
      { placeholder: "FIRST", key: "first", text: "one", required: true },
      { placeholder: "REST", key: "rest", text: "more", required: false, many: true },
    ],
    flags: [{ name: "mirror", key: "mirror", text: "mirror half" }],
    options: shape,
  };
  const read = (line: string) => parseCommand(many, split(line))?.options;
  assertEquals(read("a"), { first: "a", rest: ["all"], mirror: false });
  assertEquals(read("a b --mirror c"), { first: "a", rest: ["b", "c"], mirror: true });
});

Deno.test("parseCommand() takes a flag whose value may be left out: alone, after =, and negated", () => {
  const shape = z.strictObject({ metrics: z.string().nullable().default("none") });
  const table: Command<typeof shape.shape> = {
    ...command,
    operands: [],
    flags: [{ name: "metrics", key: "metrics", text: "what", placeholder: "LIST", alone: "fcd" }],
    options: shape,
  };
  const read = (line: string) => parseCommand(table, split(line))?.options.metrics;
  assertEquals([read(""), read("--metrics"), read("--metrics=kid,swd")], [
    "none",
    "fcd",
    "kid,swd",
  ]);
  assertEquals(read("--no-metrics"), null);
  const refused = (line: string, message: string) =>
    assertEquals(assertThrows(() => read(line), UsageError).message, message);
  refused("--metrics kid", '--metrics takes its LIST after "=": --metrics=kid');
  refused("--metrics=", "--metrics needs a value: --metrics LIST");
  refused("--no-metrics=kid", '--no-metrics takes no value, got "kid"');
  refused("--metric", "--metric is no flag; did you mean --metrics?");
});
