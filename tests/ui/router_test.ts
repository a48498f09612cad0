import { assertEquals } from "@std/assert";
import { parseRoute, runHref } from "../../ui/router.ts";

Deno.test("parseRoute() knows the pages", () => {
  assertEquals(parseRoute("/"), { page: "runs" });
  assertEquals(parseRoute("/runs/a-run"), { page: "run", id: "a-run" });
  assertEquals(parseRoute("/runs/a/b"), { page: "unknown", path: "/runs/a/b" });
  assertEquals(parseRoute("/runs/%"), { page: "unknown", path: "/runs/%" });
});

Deno.test("runHref() and parseRoute() are inverse", () => {
  for (const id of ["20260101-dcgan", "a b/c?d#e%f", "ä"]) {
    assertEquals(parseRoute(runHref(id)), { page: "run", id });
  }
});
