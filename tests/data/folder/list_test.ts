import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { listPictures } from "../../../data/folder/list.ts";
import { requirement } from "../../support.ts";
import { TemporaryFolder } from "../pictures.ts";

const links = requirement("symbolic links", Deno.build.os === "windows" ? "Windows" : null);

const names = (root: string) => listPictures(root).pictures.map(({ name }) => name);

Deno.test("listPictures() finds the four formats at any depth, in either case, in code-unit order", () => {
  using folder = new TemporaryFolder();
  folder.write({
    "b.JPG": "1",
    "a/z.jpeg": "22",
    "a/b/c/d.WebP": "333",
    "B.png": "4",
    "é.avif": "5",
    "a.jpg": "6",
    "notes.txt": "not a picture",
    "jpg": "not a picture",
    "a/.DS_Store": "hidden",
    "a/._z.jpeg": "hidden",
    ".thumbnails/z.jpeg": "hidden",
  });
  const { pictures, unreadable } = listPictures(folder.path);
  assertEquals(
    pictures.map(({ name, bytes }) => [name, bytes]),
    [["B.png", 1], ["a.jpg", 1], ["a/b/c/d.WebP", 3], ["a/z.jpeg", 2], ["b.JPG", 1], ["é.avif", 1]],
  );
  assertEquals(unreadable, []);
  for (const { modifiedMs, changedMs } of pictures) {
    assert(Math.abs(modifiedMs - Date.now()) < 60_000 && changedMs > modifiedMs - 1000);
  }
});

Deno.test("listPictures() follows links and is not caught in their loops", links, () => {
  using elsewhere = new TemporaryFolder();
  elsewhere.write({ "far.png": "1", "deep/deeper.png": "1" });
  using folder = new TemporaryFolder();
  folder.write({ "z/own.png": "1" });
  const link = (from: string, to: string) => Deno.symlinkSync(to, join(folder.path, from));
  link("a", join(folder.path, "z")); // before "z" by name, yet "z" keeps its name
  link("linked", elsewhere.path);
  link("linked.png", join(elsewhere.path, "far.png"));
  link("z/up", folder.path);
  link("z/self", join(folder.path, "z"));
  Deno.symlinkSync(folder.path, join(elsewhere.path, "deep", "back"));
  assertEquals(names(folder.path), [
    "linked.png",
    "linked/deep/deeper.png",
    "linked/far.png",
    "z/own.png",
  ]);
});

Deno.test("listPictures() names links that lead nowhere as unreadable", links, () => {
  using folder = new TemporaryFolder();
  folder.write({ "a.png": "1" });
  Deno.symlinkSync("nowhere", join(folder.path, "gone.png"));
  Deno.symlinkSync("round.png", join(folder.path, "round.png"));
  const { pictures, unreadable } = listPictures(folder.path);
  assertEquals(pictures.map(({ name }) => name), ["a.png"]);
  assertEquals(unreadable, ["gone.png", "round.png"]);
});

Deno.test("listPictures() throws what the system says of a missing root", () => {
  using folder = new TemporaryFolder();
  assertThrows(() => listPictures(join(folder.path, "missing")), Deno.errors.NotFound);
});
