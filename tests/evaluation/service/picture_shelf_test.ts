import { assert, assertEquals } from "@std/assert";
import {
  PictureShelf,
  type ShelvedPicture,
} from "../../../src/evaluation/service/picture_shelf.ts";

const bytes = (length: number) => new Uint8Array(length);

/** A small picture of 10 bytes, its truth of 30. */
function picture(id: string): ShelvedPicture {
  const truth = { width: 4, height: 4 };
  return {
    info: { id, width: 2, height: 2, scale: 2, truth },
    low: bytes(10),
    truth: bytes(30),
  };
}
const result = (length: number) => ({ png: bytes(length), figures: null, seconds: 1 });

Deno.test("PictureShelf forgets the pictures used longest ago, with their results", () => {
  const shelf = new PictureShelf(100);
  shelf.put(picture("a"));
  shelf.put(picture("b"));
  shelf.putResult(picture("a"), "bicubic", result(20));
  assertEquals(shelf.bytes, 100);
  shelf.put(picture("c"));
  assertEquals([shelf.get("b"), shelf.get("a")?.info.id, shelf.bytes], [null, "a", 100]);
  shelf.put(picture("d")); // c was used before a
  assertEquals([shelf.get("c"), shelf.result("a", "bicubic")?.png.length], [null, 20]);
  assertEquals(shelf.result("a", "RUN@5"), null);
});

Deno.test("PictureShelf keeps results when a picture comes again, and brings back one of a forgotten", () => {
  const shelf = new PictureShelf(100);
  shelf.putResult(picture("a"), "bicubic", result(20));
  shelf.put({ ...picture("a"), info: { ...picture("a").info, name: "again" } });
  assertEquals([shelf.result("a", "bicubic")?.seconds, shelf.get("a")?.info.name], [1, "again"]);
  shelf.put(picture("b"));
  shelf.put(picture("c"));
  assertEquals(shelf.get("a"), null);
  shelf.putResult(picture("a"), "bicubic", result(20)); // was under way when it was forgotten
  assertEquals([shelf.get("b"), shelf.get("a")?.info.id], [null, "a"]);
});

Deno.test("PictureShelf holds the newest result even where it is larger than the room, and no other", () => {
  const shelf = new PictureShelf(100);
  shelf.put(picture("a"));
  shelf.putResult(picture("b"), "one", result(200));
  assertEquals([shelf.get("a"), shelf.bytes], [null, 240]);
  shelf.putResult(picture("b"), "two", result(150));
  assertEquals([shelf.result("b", "one"), shelf.bytes], [null, 190]);
  assert(shelf.result("b", "two") !== null);
});
