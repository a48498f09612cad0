import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { sha256Hex, writeWhole } from "../../src/core/fs.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("writeWhole() replaces a file and leaves nothing beside it", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "run.json");
    writeWhole(path, bytes("one"));
    writeWhole(path, bytes("two"));
    assertEquals(Deno.readTextFileSync(path), "two");
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["run.json"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("writeWhole() keeps what was there when it fails", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = join(folder, "taken");
    Deno.mkdirSync(join(path, "inside"), { recursive: true }); // a folder cannot be replaced by a file
    assertThrows(() => writeWhole(path, bytes("lost")));
    assertEquals([...Deno.readDirSync(folder)].map((entry) => entry.name), ["taken"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("sha256Hex() agrees with FIPS 180-2, appendix B.1", async () => {
  assertEquals(
    await sha256Hex(bytes("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
