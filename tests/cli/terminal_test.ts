import { assertEquals } from "@std/assert";
import { StatusLine } from "../../src/cli/terminal.ts";

/** A screen that keeps what is written; the width can be changed, null for no terminal. */
function screen(width: number | null) {
  return {
    width,
    written: "",
    columns() {
      return this.width;
    },
    write(text: string) {
      this.written += text;
    },
    /** What was written since the last call. */
    take() {
      const text = this.written;
      this.written = "";
      return text;
    },
  };
}

Deno.test("StatusLine draws in place, one column short of the width", () => {
  const on = screen(10);
  const line = new StatusLine(on);
  line.draw((width) => "x".repeat(width));
  assertEquals(on.take(), "xxxxxxxxx");
  line.draw(() => "far too long a line");
  assertEquals(on.take(), "\r\x1b[Jfar too l");
  line.clear();
  assertEquals(on.take(), "\r\x1b[J");
});

Deno.test("StatusLine prints above the drawn line and keeps it", () => {
  const on = screen(20);
  const line = new StatusLine(on);
  line.print("first");
  line.draw(() => "50 %");
  line.print("second");
  assertEquals(on.take(), "first\n50 %\r\x1b[Jsecond\n50 %");
});

Deno.test("StatusLine erases every row that a narrower window folded its line into", () => {
  const on = screen(40);
  const line = new StatusLine(on);
  line.draw(() => "y".repeat(35));
  on.take();
  on.width = 12;
  line.draw(() => "z");
  assertEquals(on.take(), "\r\x1b[2A\x1b[Jz");
});

Deno.test("StatusLine draws nothing where there is no terminal, and still prints", () => {
  const on = screen(null);
  const line = new StatusLine(on);
  line.draw(() => "50 %");
  line.print("done");
  line.clear();
  assertEquals(on.take(), "done\n");
});
