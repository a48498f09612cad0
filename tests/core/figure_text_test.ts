import { assertEquals } from "@std/assert";
import { figureText } from "../../src/core/figure_text.ts";

Deno.test("figureText() shows as many digits as the error leaves meaning", () => {
  assertEquals(figureText(12.3456, 0.123), "12.35 ± 0.12");
  assertEquals(figureText(1234.5, 17), "1235 ± 17");
  assertEquals(figureText(0.000441, 0.000025), "0.000441 ± 0.000025");
  assertEquals(figureText(0.5, 0.0995), "0.50 ± 0.10"); // and not 0.100
});

Deno.test("figureText() shows four digits where there is no error, or none at all", () => {
  assertEquals([19.3613, 0.87654, 1.5e-5, 123456, 0].map((value) => figureText(value, null)), [
    ...["19.36", "0.8765", "0.00001500", "123456", "0"],
  ]);
  assertEquals(figureText(1, 0), "1.000");
});
