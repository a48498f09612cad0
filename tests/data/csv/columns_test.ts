import { assertEquals, assertThrows } from "@std/assert";
import { readColumns } from "../../../data/csv/columns.ts";
import { parseTable } from "../../../data/csv/table.ts";

/** The attributes of one column with these cells, as [name, kind, values]. */
function attributes(cells: readonly string[], notices: string[] = []) {
  const text = ["file,x", ...cells.map((cell, i) => `${i}.jpg,${cell}`)].join("\n");
  return readColumns(parseTable("t.csv", text), (message) => notices.push(message))
    .map(({ name, kind, values }) => [name, kind, [...values]]);
}

Deno.test("readColumns() takes 0 and 1, -1 and 1, true and false, yes and no as binary", () => {
  assertEquals(attributes(["0", "1", "1.0"]), [["x", "binary", [0, 1, 1]]]);
  assertEquals(attributes(["-1", "1", "-1"]), [["x", "binary", [0, 1, 0]]]);
  assertEquals(attributes(["True", "false"]), [["x", "binary", [1, 0]]]);
  assertEquals(attributes(["yes", "No"]), [["x", "binary", [1, 0]]]);
});

Deno.test("readColumns() takes other numbers as continuous", () => {
  assertEquals(attributes(["0", "1", "2"]), [["x", "continuous", [0, 1, 2]]]);
  assertEquals(attributes(["-1.5", "+2e3", ".25"]), [["x", "continuous", [-1.5, 2000, 0.25]]]);
  assertEquals(attributes(["-1", "0", "1"]), [["x", "continuous", [-1, 0, 1]]]);
});

Deno.test("readColumns() takes missing cells as NaN", () => {
  assertEquals(attributes(["1", "", "NA", "0", "nan"]), [["x", "binary", [1, NaN, NaN, 0, NaN]]]);
  assertEquals(attributes(["red", "", "red"]), [["x=red", "binary", [1, NaN, 1]]]);
});

Deno.test("readColumns() makes one binary attribute of each text, sorted", () => {
  assertEquals(attributes(["red", "constructor", "red"]), [
    ["x=constructor", "binary", [0, 1, 0]],
    ["x=red", "binary", [1, 0, 1]],
  ]);
});

Deno.test("readColumns() spells out codes that a column's name explains", () => {
  const read = (name: string, cells: readonly string[]) =>
    readColumns(
      parseTable("t.csv", [`file,${name}`, ...cells.map((c, i) => `${i}.jpg,${c}`)].join("\n")),
    );
  assertEquals(
    read("gender_0m_1f", ["0", "1", ""]).map(({ name, choice, values }) => ({
      name,
      choice,
      values: [...values],
    })),
    [{ name: "gender=f", choice: undefined, values: [0, 1, NaN] }],
  );
  assertEquals(
    read("race_0white_1black_2far-east", ["2", "", "0"]).map(({ name, choice, values }) => ({
      name,
      choice,
      values: [...values],
    })),
    [
      { name: "race=white", choice: "race", values: [0, NaN, 1] },
      { name: "race=black", choice: "race", values: [0, NaN, 0] },
      { name: "race=far-east", choice: "race", values: [1, NaN, 0] },
    ],
  );
  const [stray] = read("race_0white_1black", ["0", "1", "2"]); // a code of no meaning: plain numbers
  assertEquals([stray!.name, stray!.kind], ["race_0white_1black", "continuous"]);
});

Deno.test("readColumns() leaves out texts that are no category, and empty columns, with a notice", () => {
  const notices: string[] = [];
  assertEquals(attributes(Array.from({ length: 33 }, (_, i) => `name ${i}`), notices), []);
  assertEquals(attributes(["", "NA"], notices), []);
  assertEquals(notices, [
    'Column "x" of "t.csv" is left out: 33 different texts; a category has at most 32',
    'Column "x" of "t.csv" is left out: it has no values',
  ]);
  assertEquals(attributes(Array.from({ length: 32 }, (_, i) => `name ${i}`)).length, 32);
});

Deno.test("readColumns() refuses a number that no Float32Array holds", () => {
  assertThrows(
    () => attributes(["1", "2", "1e39"]),
    RangeError,
    'line 4: expected a number in column "x", as in most rows, got "1e39"',
  );
});

Deno.test("readColumns() names the line of a stray text among numbers", () => {
  assertThrows(
    () => attributes(["1", "2", "3O", "4"]),
    RangeError,
    'Cannot read attributes from "t.csv": line 4: expected a number in column "x", as in most ' +
      'rows, got "3O". Leave the field empty where the value is not known',
  );
});

Deno.test("readColumns() refuses two attributes of one name", () => {
  const table = parseTable("t.csv", "file,hair,hair=red\na.jpg,red,1\nb.jpg,brown,0\n");
  assertThrows(
    () => readColumns(table),
    RangeError,
    'two columns give an attribute named "hair=red"',
  );
});
