import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Rng } from "../../src/core/rng.ts";
import { latentOfSeed } from "../../src/core/rng.ts";
import { NEIGHBOUR_NOISE, noiseNeighbours } from "../../src/latent/arithmetic.ts";
import type { Direction } from "../../src/latent/directions/direction.ts";
import {
  evaluateExpression,
  formatExpression,
  type LatentExpression,
} from "../../src/latent/expression.ts";
import { slerp } from "../../src/latent/interpolation.ts";
import { parseExpression, parseExpressions } from "../../src/latent/parse_expression.ts";

const Z = 6;
const smile: Direction = {
  name: "smile",
  kind: "attribute",
  vector: Float32Array.of(0, 1, 0, 0, 0, 0),
  evidence: {},
  range: 3,
};
const space = {
  latentDim: Z,
  direction(name: string): Direction {
    if (name === "smile") return smile;
    throw new RangeError(`no direction "${name}"`);
  },
};
const valueOf = (text: string) => evaluateExpression(parseExpression(text), space);
const z = (seed: number) => latentOfSeed(seed, Z);

/** An expression drawn at random, of the depth that is left. */
function draw(rng: Rng, depth: number): LatentExpression {
  const inner = () => draw(rng, depth - 1);
  const list = () => Array.from({ length: 1 + rng.below(3) }, inner);
  const number = () => Number(rng.uniform(-3, 3).toFixed(rng.below(4)));
  switch (depth === 0 ? 0 : rng.below(7)) {
    case 1:
      return { kind: "mean", of: list() };
    case 2:
      return { kind: "arith", a: list(), b: list(), c: list(), strength: number() };
    case 3:
      return { kind: "typical", of: inner() };
    case 4:
      return { kind: "near", of: inner(), noise: 0.25, seed: rng.below(99), index: rng.below(64) };
    case 5: {
      const names = ["smile", "sefa-1", "a b;c:(d),ä%~'*!"];
      return { kind: "move", of: inner(), by: names.map((name) => ({ name, alpha: number() })) };
    }
    case 6:
      return { kind: rng.below(2) ? "slerp" : "lerp", from: inner(), to: inner(), t: number() };
    default:
      return { kind: "seed", seed: rng.below(1e9) };
  }
}

Deno.test("parseExpression() reads back whatever formatExpression() writes", () => {
  const rng = new Rng(1, "expressions");
  for (let i = 0; i < 300; i++) {
    const expression = draw(rng, 3);
    assertEquals(parseExpression(formatExpression(expression)), expression);
  }
});

Deno.test("parseExpressions() splits at the commas outside of brackets", () => {
  assertEquals(parseExpressions(""), []);
  const texts = ["5", "mean(1,2)", "arith(1,5;2;3,4;1)", "999999999999999"];
  assertEquals(parseExpressions(texts.join(",")).map(formatExpression), texts);
});

Deno.test("evaluateExpression() is the latents' own arithmetic", () => {
  assertEquals(valueOf("7"), z(7));
  const sum = valueOf("arith(1;2;3;1)");
  sum.forEach((value, i) => assertAlmostEquals(value, z(1)[i]! - z(2)[i]! + z(3)[i]!, 1e-6));
  assertEquals(valueOf("arith(1,5;2;3;0)"), valueOf("mean(1,5)"));
  assertEquals(valueOf("slerp(1;2;0.35)"), slerp(z(1), z(2), 0.35));
  assertEquals(valueOf("move(1;smile:0.5;smile:-0.5)"), z(1));
  assertEquals(valueOf("move(1;smile:2)")[1], Math.fround(z(1)[1]! + 2));
  assertAlmostEquals(Math.hypot(...valueOf("typical(mean(1,2,3,4))")), Math.sqrt(Z), 1e-6);
});

Deno.test("evaluateExpression() names the paper's neighbours one by one", () => {
  const all = noiseNeighbours(z(1), { count: 8, seed: 3 });
  for (let i = 0; i < 8; i++) {
    const text = `near(1;${NEIGHBOUR_NOISE};3;${i})`;
    assertEquals(valueOf(text), all.values.slice(i * Z, (i + 1) * Z));
  }
});

Deno.test("evaluateExpression() takes seeds from the space, and passes on its refusals", () => {
  const halved = (seed: number) => z(seed).map((value) => value / 2);
  const value = evaluateExpression(parseExpression("mean(1,1)"), { ...space, ofSeed: halved });
  assertEquals(value, halved(1));
  assertThrows(() => valueOf("move(1;age:1)"), RangeError, 'no direction "age"');
});

Deno.test("parseExpression() says where a text goes wrong", () => {
  const refused: [string, string][] = [
    ["", "expected a seed or one of mean,"],
    ["x", 'at character 1, got "x"'],
    ["5x", 'expected its end at character 2, got "x"'],
    ["mean()", 'at character 6, got ")"'],
    ["arith(1;2;3)", 'expected ";" at character 12, got ")"'],
    ["near(1;0.25;3;64)", "expected a number below 64"],
    ["move(1;a%:1)", "expected a direction's name, percent-encoded"],
    ["slerp(1;2;1e3)", 'expected ")" at character 12, got "e3)"'],
    ["1".repeat(16), "expected a seed of at most 15 digits"],
    ["typical(".repeat(13) + "1" + ")".repeat(13), "at most 12 brackets within each other"],
    [`mean(${Array(600).fill("1").join(",")})`, "expected at most 512 parts"],
  ];
  for (const [text, message] of refused) {
    assertThrows(() => parseExpression(text), RangeError, message);
  }
});
