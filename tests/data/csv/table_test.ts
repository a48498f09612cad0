import { assertEquals, assertThrows } from "@std/assert";
import { parseTable } from "../../../data/csv/table.ts";

const cells = (text: string) => parseTable("t.csv", text).rows.map((row) => row.cells);

function assertRefused(text: string, problem: string): void {
  assertThrows(
    () => parseTable("t.csv", text),
    RangeError,
    `Cannot read attributes from "t.csv":${problem}`,
  );
}

Deno.test("parseTable() reads a header and rows", () => {
  const table = parseTable("t.csv", "file,age,smile\na.jpg,30,1\nb.jpg,4,0");
  assertEquals(table.columns, ["age", "smile"]);
  assertEquals(table.rows, [
    { line: 2, cells: ["a.jpg", "30", "1"] },
    { line: 3, cells: ["b.jpg", "4", "0"] },
  ]);
});

Deno.test("parseTable() takes a byte-order mark, CRLF, blank lines, quotes and padding", () => {
  const text = '\ufefffile, age\r\n\r\n"a, b.jpg", 30 \r\n"say ""x"".jpg",\r\n';
  assertEquals(parseTable("t.csv", text).columns, ["age"]);
  assertEquals(cells(text), [["a, b.jpg", "30"], ['say "x".jpg', ""]]);
});

Deno.test("parseTable() knows the lines of rows past blank lines and fields of several lines", () => {
  const text = 'file,note\n\na.jpg,"one\n\ntwo"\n\nb.jpg,x\n';
  assertEquals(parseTable("t.csv", text).rows.map(({ line }) => line), [3, 7]);
});

Deno.test("parseTable() reads the table that CelebA comes with", () => {
  const text = "2\nBald  Smiling \n000001.jpg -1  1\n000002.jpg  1 -1\n";
  const table = parseTable("list_attr_celeba.txt", text);
  assertEquals(table.columns, ["Bald", "Smiling"]);
  assertEquals(table.rows, [
    { line: 3, cells: ["000001.jpg", "-1", "1"] },
    { line: 4, cells: ["000002.jpg", "1", "-1"] },
  ]);
  assertRefused("3\nBald\n000001.jpg 1\n", " line 1: expected 3 rows, got 1");
});

Deno.test("parseTable() names the line of a ragged row and of a missing file name", () => {
  assertRefused(
    "file,age,smile\na.jpg,1,1\n\nb.jpg,2\n",
    " line 4: expected 3 fields, as in the header, got 2",
  );
  assertRefused("file,age\n,1\n", " line 2: expected a file name in the first field");
});

Deno.test("parseTable() refuses headers that name nothing", () => {
  assertRefused("", " the file is empty");
  assertRefused("\n\n", " the file is empty");
  assertRefused("file\na.jpg\n", " line 1: expected a header with a column of file names and at");
  assertRefused("file;age\na.jpg;1\n", " line 1: expected a header with a column of file names");
  assertRefused("file,,age\na.jpg,1,2\n", " line 1: column 2 has no name in the header");
  assertRefused("file,age,age\na.jpg,1,2\n", ' line 1: the header names "age" twice');
  assertRefused(
    "a.jpg,1,0\nb.jpg,2,1\n",
    ' line 1: expected a header, got a row of values ("a.jpg"',
  );
});

Deno.test("parseTable() refuses quotes that do not close", () => {
  assertRefused('file,age\n"a.jpg,1\n', " Syntax error on line 2");
});
