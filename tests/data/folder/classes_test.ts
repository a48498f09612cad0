import { assertEquals } from "@std/assert";
import { folderClasses } from "../../../data/folder/classes.ts";

Deno.test("folderClasses() makes one attribute a folder; deeper folders belong to it", () => {
  const found = folderClasses(["nosmile/1.jpg", "nosmile/a/2.jpg", "smile/3.jpg"]);
  assertEquals(
    found.map(({ name, kind, choice, values }) => [name, kind, choice, [...values]]),
    [
      ["nosmile", "binary", "folder", [1, 1, 0]],
      ["smile", "binary", "folder", [0, 0, 1]],
    ],
  );
});

Deno.test("folderClasses() sees no classes in one folder, in loose files, or in too many folders", () => {
  assertEquals(folderClasses(["a/1.jpg", "a/2.jpg"]), []);
  assertEquals(folderClasses(["a/1.jpg", "b/2.jpg", "3.jpg"]), []);
  const folders = (count: number) => Array.from({ length: count }, (_, i) => `${i}/a.jpg`);
  assertEquals(folderClasses(folders(33)), []);
  assertEquals(folderClasses(folders(32)).length, 32);
});
