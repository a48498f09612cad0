/** The report as a page: what it says, and how it lies on screens, in Chromium. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import { verdictOf } from "../../../src/evaluation/report/comparison.ts";
import { reportPage } from "../../../src/evaluation/report/page.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { requirement } from "../../support.ts";
import { chromiumLacking, launchChromium } from "../../ui/chromium.ts";
import { makeUp } from "./made_up.ts";

/** A page's text, without its tags. */
const textOf = (page: string) =>
  page.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");

Deno.test("reportPage() says which is better, by how much, and where the noise hides it", async () => {
  const { comparison, pictures } = await makeUp();
  const text = textOf(reportPage(comparison, pictures));
  assertStringIncludes(
    text,
    "A and C are each best, or level with the best, in 3 of 4 metrics; B in 2.",
  );
  assertStringIncludes(text, "worse than A by 0.9");
  assertStringIncludes(text, "worse than A by 2.0");
  assertStringIncludes(text, "best, not distinguishable from");
  assertStringIncludes(text, "the same");
  assertStringIncludes(text, "3 sets of 2,000 samples, seeds 0 to 5999");
  assertStringIncludes(text, "learningRate 0.0002 0.0004");
  assertStringIncludes(text, "deno task compare aaaa@500 bbbb@1000");
});

Deno.test("verdictOf() a pair counts better, worse and level metrics", async () => {
  const { comparison } = await makeUp({ checkpoints: 2 });
  assertEquals(
    verdictOf(comparison),
    "B is better than A in 1 of 4 metrics; A is better than B in 1 of 4 metrics; they are not " +
      "distinguishable in 2 of 4 metrics.",
  );
  assertEquals(verdictOf({ ...comparison, metrics: null }), "No metric was measured.");
});

Deno.test("reportPage() leaves differences of other latents out, and says so", async () => {
  const { comparison, pictures } = await makeUp({ latentDims: [16, 16, 32] });
  assertEquals(comparison.differences.checkpoints.map((each) => each?.from ?? null), [
    null,
    0,
    null,
  ]);
  const page = reportPage(comparison, pictures);
  assertEquals(page.match(/another latent/g)?.length, 4);
  const alone = await makeUp({ checkpoints: 2, latentDims: [16, 32] });
  assert(!reportPage(alone.comparison, alone.pictures).includes("<h2>Differences"));
});

Deno.test("reportPage() needs no other file, and shows names as they are written", async () => {
  const dataset = 'folder:<b>"faces" & more</b>';
  const { comparison, pictures } = await makeUp({ dataset });
  const page = reportPage(comparison, pictures);
  assert(!page.includes("<b>"), "markup in a name is text");
  assertStringIncludes(page, "folder:&lt;b&gt;&quot;faces&quot; &amp; more&lt;/b&gt;");
  const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*"?([^")]*)/g)].map(([, to]) =>
    to!
  );
  assert(addresses.length > 0 && addresses.every((to) => to.startsWith("data:image/png;base64,")));
  assert(!/<script|<link|@import|https?:/.test(page));
  assertStringIncludes(reportPage({ ...comparison, metrics: null }, pictures), "<h2>Samples");
});

Deno.test({
  name: "the report lies well on wide and narrow screens, in light and dark, and prints",
  ...requirement("Chromium", chromiumLacking()),
  fn: async () => {
    using folder = temporaryFolder();
    const { comparison, pictures } = await makeUp({ checkpoints: 4 });
    const path = join(folder.path, "report.html");
    await Deno.writeTextFile(path, reportPage(comparison, pictures));
    const browser = await launchChromium();
    try {
      for (const [width, colorScheme] of [[1440, "light"], [390, "dark"]] as const) {
        const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
        const problems: string[] = [];
        page.on("pageerror", (error) => problems.push(error.message));
        page.on("console", (message) => problems.push(message.text()));
        page.on("request", (request) => {
          if (!/^(file|data):/.test(request.url())) problems.push(request.url());
        });
        await page.goto(toFileUrl(path).href);
        const { overflow, drawn, ground } = await page.evaluate(() => ({
          overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
          drawn: [...document.images].map((image) => image.complete && image.naturalWidth),
          ground: getComputedStyle(document.body).backgroundColor,
        }));
        assertEquals(problems, []);
        assertEquals(overflow, 0, `${width} pixels wide`);
        assertEquals(new Set(drawn), new Set([8]));
        assertEquals(drawn.length, 4 * 4 + 4 * 4);
        const lightness = Number(/oklch\(([\d.]+)/.exec(ground)?.[1]);
        assertEquals(lightness > 0.5, colorScheme === "light", ground);
        const boxes = await page.locator(".pair section").evaluateAll((sections) =>
          sections.map((section) => section.getBoundingClientRect().top)
        );
        assertEquals(boxes[0] === boxes[1], width === 1440, "side by side where there is room");
        await page.close();
      }
      const page = await browser.newPage();
      await page.goto(toFileUrl(path).href);
      const pdf = await page.pdf({ format: "A4" });
      assert(pdf.length > 10_000, "the report prints");
    } finally {
      await browser.close();
    }
  },
});
