import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { attributesOf } from "../../data/csv.ts";
import { realData, withData } from "../support.ts";
import { TemporaryFolder } from "./pictures.ts";

/** The values of column `x` for pictures of these names. */
function valuesOf(
  table: string | Uint8Array,
  names: readonly string[],
  options: { skipped?: readonly string[]; notices?: string[] } = {},
): number[] {
  using folder = new TemporaryFolder();
  folder.write({ "t.csv": table });
  const [x] = attributesOf(
    join(folder.path, "t.csv"),
    { names, skipped: options.skipped ?? [] },
    (message) => options.notices?.push(message.replace(`${folder.path}/`, "")),
  );
  return [...x!.values];
}

Deno.test("attributesOf() orders values as the pictures are, NaN where the table has no row", () => {
  const notices: string[] = [];
  const values = valuesOf("file,x\nb.jpg,2\na.jpg,1\n", ["a.jpg", "b.jpg", "c.jpg"], { notices });
  assertEquals(values, [1, 2, NaN]);
  assertEquals(notices, ['"t.csv": 1 picture without a row; their attributes are unknown']);
});

Deno.test("attributesOf() matches paths, ends of paths and file names alone", () => {
  const names = ["s/a.jpg", "s/b.jpg", "t/deep/c.jpg", "é.jpg"];
  const table = "file,x\ns/a.jpg,1\nb.jpg,2\n.\\img\\t\\deep\\c.jpg,3\ne\u0301.jpg,4\n";
  assertEquals(valuesOf(table, names), [1, 2, 3, 4]);
});

Deno.test("attributesOf() counts rows for unknown files, and none for skipped pictures", () => {
  const notices: string[] = [];
  const table = "file,x\na.jpg,1\ngone.jpg,2\nbad.jpg,3\nlost.jpg,4\n";
  valuesOf(table, ["a.jpg"], { skipped: ["sub/bad.jpg"], notices });
  assertEquals(notices, [
    '"t.csv": 2 rows for files that are not in the folder, the first at line 3 ("gone.jpg")',
  ]);
});

Deno.test("attributesOf() names the lines of two rows for one picture", () => {
  assertThrows(
    () => valuesOf("file,x\na.jpg,1\nb.jpg,1\n./a.jpg,2\n", ["a.jpg", "b.jpg"]),
    RangeError,
    'line 4: "./a.jpg" has a row already, at line 2',
  );
});

Deno.test("attributesOf() asks for a path where a file name fits several pictures", () => {
  assertThrows(
    () => valuesOf("file,x\na.jpg,1\n", ["s/a.jpg", "t/a.jpg"]),
    RangeError,
    'line 2: "a.jpg" could be 2 pictures (s/a.jpg, t/a.jpg). Write its path below the folder',
  );
});

Deno.test("attributesOf() refuses a table that names none of the pictures", () => {
  assertThrows(
    () => valuesOf("file,x\n1,1\n2,0\n", ["a.jpg"]),
    RangeError,
    'none of its 2 rows names a picture of the folder: the table has "1", the folder "a.jpg"',
  );
  assertThrows(() => valuesOf("file,x\n", ["a.jpg"]), RangeError, "none of its 0 rows");
});

Deno.test("attributesOf() refuses what is no UTF-8 text", () => {
  assertThrows(
    () => valuesOf(Uint8Array.of(0x50, 0x4b, 0xff, 0xfe), ["a.jpg"]),
    RangeError,
    "expected text in UTF-8",
  );
});

const LABELS = realData("faces/utkface9780_labels.csv");

Deno.test(
  "attributesOf() reads the labels of UTKFace",
  withData("the UTKFace labels", LABELS),
  () => {
    const path = LABELS.pathname;
    const names = Deno.readTextFileSync(path).trim().split("\n").slice(1)
      .map((line) => `utkface64/${line.slice(0, line.indexOf(","))}`);
    assertEquals(names.length, 9780);
    const attributes = attributesOf(path, { names, skipped: [] });
    assertEquals(
      attributes.map(({ name, kind, values }) => [name, kind, values.filter(Number.isNaN).length]),
      [
        ["age", "continuous", 0],
        ["gender=f", "binary", 2],
        ...["white", "black", "asian", "indian", "other"].map((r) => [`race=${r}`, "binary", 2]),
      ],
    );
  },
);
