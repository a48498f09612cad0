import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  answerLayout,
  areRelated,
  type AttributeSpec,
  inAnswerOrder,
} from "../../src/core/attributes.ts";

const spec = (name: string, rest: Partial<AttributeSpec> = {}): AttributeSpec => (
  { name, kind: "binary", choice: null, of: null, identity: false, ...rest }
);

const MIXED = [
  spec("age", { kind: "continuous" }),
  spec("red", { choice: "hair" }),
  spec("hat"),
  spec("adult", { choice: "stage" }),
  spec("brown", { choice: "hair" }),
  spec("child", { choice: "stage" }),
  spec("smile", { kind: "continuous", of: "smiling" }),
  spec("smiling"),
];

Deno.test("inAnswerOrder() puts yes or no first, then each choice's options together, then numbers", () => {
  const ordered = inAnswerOrder(MIXED);
  assertEquals(
    ordered.map(({ name }) => name),
    ["hat", "smiling", "red", "brown", "adult", "child", "age", "smile"],
  );
  assertEquals(answerLayout(ordered), {
    count: 8,
    binary: { from: 0, count: 2 },
    choices: [{ name: "hair", from: 2, count: 2 }, { name: "stage", from: 4, count: 2 }],
    continuous: { from: 6, count: 2 },
  });
});

Deno.test("answerLayout() says which attribute is out of place", () => {
  assertThrows(() => answerLayout(MIXED), RangeError, 'got "age" out of place');
});

Deno.test("areRelated() holds within a choice and for amounts, and is symmetric", () => {
  const [age, red, hat, , brown, , smile, smiling] = MIXED;
  const beanie = spec("beanie", { of: "hat" });
  const brimmed = spec("brimmed", { of: "hat" });
  const related = [[red!, brown!], [smile!, smiling!], [beanie, hat!], [beanie, brimmed]] as const;
  for (const [a, b] of related) assert(areRelated(a, b) && areRelated(b, a), `${a.name} ${b.name}`);
  for (const [a, b] of [[age!, hat!], [red!, hat!], [beanie, smiling!]] as const) {
    assert(!areRelated(a, b) && !areRelated(b, a), `${a.name} ${b.name}`);
  }
});
