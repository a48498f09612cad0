import { assertEquals } from "@std/assert";
import {
  compareHref,
  createRouter,
  enlargeHref,
  exploreHref,
  formatQuery,
  parseQuery,
  parseRoute,
  runHref,
} from "../../ui/router.ts";
import { FakeAddressBar } from "./fakes.ts";

const IDS = ["20260101-dcgan", "a b/c?d#e%f", "ä"];

Deno.test("parseRoute() knows the pages", () => {
  assertEquals(parseRoute("/"), { page: "runs" });
  assertEquals(parseRoute("/runs/a-run"), { page: "run", id: "a-run" });
  assertEquals(parseRoute("/explore"), { page: "explore", run: null, step: null });
  assertEquals(parseRoute("/explore/a-run"), { page: "explore", run: "a-run", step: null });
  assertEquals(parseRoute("/explore/a-run/500"), { page: "explore", run: "a-run", step: 500 });
  assertEquals(parseRoute("/compare"), { page: "compare" });
  assertEquals(parseRoute("/enlarge"), { page: "enlarge" });
  for (const path of ["/runs/a/b", "/runs/a/5", "/runs/%", "/explore/a/b", "/explore/%/5"]) {
    assertEquals(parseRoute(path), { page: "unknown", path });
  }
});

Deno.test("runHref(), exploreHref() and parseRoute() are inverse", () => {
  for (const id of IDS) {
    assertEquals(parseRoute(runHref(id)), { page: "run", id });
    assertEquals(parseRoute(exploreHref(id)), { page: "explore", run: id, step: null });
    assertEquals(parseRoute(exploreHref(id, 7)), { page: "explore", run: id, step: 7 });
  }
});

Deno.test("formatQuery() and parseQuery() are inverse, and addresses stay legible", () => {
  const values = new Map([["of", "a@5,b:c;d"], ["odd", "1+1 = 2 & 100 %/#ä"]]);
  assertEquals(parseQuery(formatQuery(values)), values);
  assertEquals(compareHref(["a@5", "b"]), "/compare?of=a@5,b");
  assertEquals(enlargeHref(), "/enlarge");
  assertEquals(enlargeHref(["bicubic", "a@5"]), "/enlarge?models=bicubic,a@5");
  assertEquals(parseQuery("a=1&a=2&b"), new Map([["a", "1"], ["b", ""]]));
});

Deno.test("navigate() goes to a new place at its top", () => {
  const bar = new FakeAddressBar("/");
  const router = createRouter(bar);
  router.navigate("/explore/a?seed=5");
  assertEquals(router.route.value, { page: "explore", run: "a", step: null });
  assertEquals(router.query.value, "seed=5");
  assertEquals(bar.entries, ["/", "/explore/a?seed=5"]);
  assertEquals(bar.scrolled, 1);
});

Deno.test("setQuery() shows at once, and writes only the last of many changes", () => {
  const bar = new FakeAddressBar("/explore/a");
  const router = createRouter(bar);
  const { value: route } = router.route;
  for (let i = 0; i <= 100; i++) router.setQuery(`seed=${i}`, "replace");
  assertEquals(router.query.value, "seed=100");
  assertEquals(bar.writes, 0);
  bar.pass();
  assertEquals([bar.writes, bar.entries], [1, ["/explore/a?seed=100"]]);
  assertEquals(router.route.value === route, true, "the route is the same one");
  assertEquals(bar.scrolled, 0);
});

Deno.test("going back returns to what the address said when it was left", () => {
  const bar = new FakeAddressBar("/explore/a");
  const router = createRouter(bar);
  router.setQuery("seed=5", "replace");
  router.setQuery("seed=5&at=7", "push");
  assertEquals(bar.entries, ["/explore/a?seed=5", "/explore/a?seed=5&at=7"]);
  router.setQuery("seed=6&at=7", "replace");
  bar.back();
  assertEquals(router.query.value, "seed=5");
  bar.pass();
  assertEquals(bar.entries[0], "/explore/a?seed=5", "nothing of the place left is written here");
});

Deno.test("amend() changes a step without a new place where asked to replace", () => {
  const bar = new FakeAddressBar("/explore/a?seed=5");
  const router = createRouter(bar);
  router.amend("/explore/a/500?seed=5", "replace");
  assertEquals(router.route.value, { page: "explore", run: "a", step: 500 });
  assertEquals(bar.entries, ["/explore/a/500?seed=5"], "another path is written at once");
  router.setQuery("seed=6", "replace");
  bar.leave();
  assertEquals(bar.entries, ["/explore/a/500?seed=6"]);
});
