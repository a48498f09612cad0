import { assertEquals, assertStringIncludes } from "@std/assert";
import { Lab } from "./lab.ts";

/** A folder as `ui` is once built, or not. */
function makePage(files: Record<string, string>): string {
  const folder = Deno.makeTempDirSync({ prefix: "atelier-page-" });
  Deno.mkdirSync(`${folder}/dist`);
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${folder}/${name}`, text);
  }
  return folder;
}

Deno.test("pageRoutes() serves one page at every page's address, and its files", async () => {
  const page = makePage({ "index.html": "<p>hello", "dist/app.css": "p {}", "dist/app.js": "1;" });
  using lab = new Lab({ page });
  const served = async (address: string) => {
    const response = await lab.get(address);
    return [response.status, response.headers.get("content-type"), await response.text()];
  };
  assertEquals(await served("/"), [200, "text/html; charset=utf-8", "<p>hello"]);
  for (const address of ["/runs/any", "/explore", "/explore/any", "/explore/any/500", "/compare"]) {
    assertEquals(await served(address), [200, "text/html; charset=utf-8", "<p>hello"]);
  }
  assertEquals(await served("/assets/app.js"), [200, "text/javascript; charset=utf-8", "1;"]);
  assertEquals(await served("/assets/style.css"), [200, "text/css; charset=utf-8", "p {}"]);
  assertEquals(await lab.refusal("/assets/other.js"), [
    404,
    "There is nothing at /assets/other.js",
  ]);
  assertEquals((await lab.refusal("/", { method: "POST" }))[0], 405);
  Deno.removeSync(page, { recursive: true });
});

Deno.test("an address that nothing has is the page to people, and JSON to programs", async () => {
  const page = makePage({ "index.html": "<p>hello", "dist/app.js": "1;" });
  using lab = new Lab({ page });
  const asked = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
  const response = await lab.get("/no/such/page", asked);
  assertEquals([response.status, await response.text()], [404, "<p>hello"]);
  assertEquals(await lab.refusal("/api/none", { headers: asked }), [
    404,
    "There is nothing at /api/none",
  ]);
  assertEquals((await lab.refusal("/no/such/page"))[0], 404);
  Deno.removeSync(page, { recursive: true });
});

Deno.test("pageRoutes() answers 304 until a file changes", async () => {
  const page = makePage({ "index.html": "<p>", "dist/app.js": "1;" });
  using lab = new Lab({ page });
  const etag = (await lab.get("/assets/app.js")).headers.get("etag")!;
  assertEquals((await lab.get("/assets/app.js", { "if-none-match": etag })).status, 304);
  assertEquals(
    (await lab.get("/assets/app.js", { "if-none-match": `W/${etag}, "x"` })).status,
    304,
  );
  Deno.writeTextFileSync(`${page}/dist/app.js`, "22;");
  assertEquals((await lab.get("/assets/app.js", { "if-none-match": etag })).status, 200);
  Deno.removeSync(page, { recursive: true });
});

Deno.test("pageRoutes() says how to build a page that is not built", async () => {
  const page = makePage({ "index.html": "<p>" });
  using lab = new Lab({ page });
  const response = await lab.get("/runs/any");
  assertEquals(response.status, 503);
  assertStringIncludes(await response.text(), "<code>deno task build</code>");
  assertEquals(await lab.refusal("/assets/app.js"), [
    404,
    'There is no dist/app.js. Run "deno task build" in Atelier\'s folder',
  ]);
  Deno.removeSync(page, { recursive: true });
});
