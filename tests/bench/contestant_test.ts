import { assertEquals, assertRejects } from "@std/assert";
import { type Contestant, ContestantError, figuresOf } from "../../src/bench/contestant.ts";

/** A program of one line of JavaScript, in which `name` is the workload it is asked for. */
const program = (body: string): Contestant => ({
  name: '"peer"',
  words: [Deno.execPath(), "eval", `const name = Deno.args[0]; ${body}`, "--"],
});

const line =
  `JSON.stringify({ workload: name, step_ms: 2.5, items_per_s: 400, threads: 2, by: "x" })`;

Deno.test("figuresOf() reads lines of JSON among others, for the workload it asked for", async () => {
  const peer = program(`
    console.log("warming up { 1 }"); console.log("{}"); console.log(3);
    console.log(${line}.replace(name, "other")); console.log(${line}); console.log(${line});
  `);
  const figure = { workload: "mnist", step_ms: 2.5, items_per_s: 400, threads: 2, by: "x" };
  assertEquals(await figuresOf(peer, "mnist"), [figure, figure]);
});

const failing = (contestant: Contestant, text: string) =>
  assertRejects(() => figuresOf(contestant, "mnist"), ContestantError, text);

Deno.test("figuresOf() says what a program did that printed no figure", async () => {
  await failing(
    program(""),
    '"peer" printed no figure of mnist: expected a line of JSON such as {"',
  );
  await failing(program(""), "got nothing");
  await failing(program("console.log('no idea'); "), "got \n  no idea\n");
  await failing(program(`console.log(${line}.replace(name, "lstm"))`), "got figures of lstm alone");
  await failing(program(`console.log(${line}.replace("2.5", "-1"))`), "got \n  {");
});

Deno.test("figuresOf() tells failures with the program's last words", async () => {
  const broken = program("console.error('line 1'); console.error('no mnist here'); Deno.exit(3)");
  await failing(
    broken,
    '"peer" ended with status 3 on mnist. Its last words:\n  line 1\n  no mnist',
  );
  await failing(program("Deno.exit(1)"), "Its last words:\n  none");
});

Deno.test("figuresOf() tells programs that are missing or may not be run", async () => {
  const named = (path: string): Contestant => ({ name: `"${path}"`, words: [path] });
  await failing(named("no-such-program"), 'there is no program "no-such-program"');
  const file = Deno.makeTempFileSync();
  await failing(named(file), `"${file}" may not be executed. If it is a script`);
  Deno.removeSync(file);
});
