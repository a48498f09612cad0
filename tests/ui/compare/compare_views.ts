/** What tests do with the ways of laying panels against each other: zoom, wipe and difference. */
import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { saysInAddress } from "../explore/explore_page.ts";
import { type PageLab, reads } from "../page_lab.ts";
import { comesToShow, drawnByDeno, layerPlaces, type Runs, shown, tile } from "./compare_page.ts";

/** Wheel, drag, pinch and keys move all panels alike. */
export async function zoomsTogether(lab: PageLab, { a, b }: Runs): Promise<void> {
  await lab.look(`/compare?of=${a},${b}&count=4`, async (page) => {
    await shown(page, "B", 0);
    const [whole] = await layerPlaces(page);
    const box = (await page.locator(".frame").first().boundingBox())!;
    const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(0.25, 0.25));
    await page.mouse.wheel(0, -300); // without Ctrl the page has it
    assertEquals(await layerPlaces(page), [whole]);
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -300);
    await page.keyboard.up("Control");
    await reads(page, ".zoom-note", /^×1\.8/);
    const zoomed = await layerPlaces(page);
    assertEquals(zoomed.length, 1, "every panel is enlarged alike");
    await page.mouse.down();
    await page.mouse.move(...at(0.15, 0.15), { steps: 4 });
    await page.mouse.up();
    assertNotEquals(await layerPlaces(page), zoomed);
    assertEquals(new URL(page.url()).searchParams.get("at"), null, "a drag is no click");
    await saysInAddress(page, /zoom=1\.82:/);

    await tile(page, "B", 0).focus();
    await page.keyboard.press("0");
    assertEquals(await layerPlaces(page), [whole]);
    await page.keyboard.press("+");
    const enlarged = await layerPlaces(page);
    await page.keyboard.press("Shift+ArrowLeft");
    assertNotEquals(await layerPlaces(page), enlarged);
    await page.keyboard.press("0");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    const focused = await page.evaluate(() => (document.activeElement as HTMLElement).dataset);
    assertEquals([focused["letter"], focused["seed"]], ["B", "3"]);
    await page.keyboard.press("Enter");
    await saysInAddress(page, /at=3/);
    await comesToShow(page, "A", 3, await drawnByDeno(lab, a, 30, 3));
    assertEquals(await page.locator(".compare-tile").count(), 2);
    await page.getByRole("button", { name: "Next seed" }).click();
    await comesToShow(page, "B", 4, await drawnByDeno(lab, b, 40, 4));
    await tile(page, "A", 4).press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("at"));
  });
}

/** The edge is moved by keys and by hand, and parts what can be clicked. */
export async function wipes(lab: PageLab, { a }: Runs): Promise<void> {
  await lab.look(`/compare?of=${a}@10,${a}&count=1&view=wipe`, async (page) => {
    const edge = page.getByRole("slider", { name: "Edge between A and B" });
    await edge.waitFor();
    const [left, right] = [await shown(page, "A", 0), await shown(page, "B", 0)];
    assertNotEquals(left, right);
    const over = page.locator(".wiped-over");
    const clip = () => over.evaluate((element) => (element as HTMLElement).style.clipPath);
    assertEquals(await clip(), "inset(0px 0px 0px 50%)");
    await edge.press("ArrowLeft");
    await edge.press("Shift+ArrowLeft");
    assertEquals(await clip(), "inset(0px 0px 0px 39%)");
    assertEquals(await edge.getAttribute("aria-valuetext"), "39 % A, 61 % B");
    await edge.press("End");
    assertEquals(await clip(), "inset(0px 0px 0px 100%)");
    await edge.press("Home");
    const frame = (await page.locator(".frame").boundingBox())!;
    await page.mouse.move(frame.x + 1, frame.y + frame.height / 2);
    await page.mouse.down();
    await page.mouse.move(frame.x + 0.75 * frame.width, frame.y + 20, { steps: 3 });
    await page.mouse.up();
    await saysInAddress(page, /wipe=0\.75/);
    // What is left of the edge is A's to click, what is right of it B's.
    const letterAt = (share: number) =>
      page.evaluate(
        ([x, y]) =>
          document.elementFromPoint(x!, y!)?.closest("[data-letter]")?.getAttribute(
            "data-letter",
          ),
        [frame.x + share * frame.width, frame.y + 0.2 * frame.height],
      );
    assertEquals([await letterAt(0.5), await letterAt(0.9)], ["A", "B"]);
  });
}

/** Differences in levels, as computed here from what the pictures show. */
export async function showsDifferences(lab: PageLab, { a }: Runs): Promise<void> {
  await lab.look(`/compare?of=${a}@10,${a}&count=4`, async (page) => {
    const pictures = new Map<number, [number[], number[]]>();
    for (const seed of [0, 1, 2, 3]) {
      pictures.set(seed, [await shown(page, "A", seed), await shown(page, "B", seed)]);
    }
    const means = [...pictures.values()].map(([one, other]) =>
      one.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / one.length
    );
    await page.getByText("Difference", { exact: true }).click();
    const texts = page.locator(".tile-mean");
    for (let i = 0; i < 100 && (await texts.allTextContents()).includes(""); i++) {
      await page.waitForTimeout(20);
    }
    (await texts.allTextContents()).forEach((text, i) =>
      assertAlmostEquals(Number(text), means[i]!, 0.051)
    );
    await reads(page, ".legend", /^064 or more$/);
    await reads(page, ".panel-head", /^B.*Differs from A by \d+\.\d of 255/s);
    const before = await shown(page, "B", 0);
    await page.getByRole("slider", { name: "Gain" }).press("End");
    await reads(page, ".legend", /^08 or more$/);
    assertNotEquals(await shown(page, "B", 0), before);
    await page.getByText("Signed", { exact: true }).click();
    await reads(page, ".legend", /darker by 8brighter by 8 or more/);
    assertEquals(await shown(page, "A", 0), pictures.get(0)![0], "the reference stays as it is");
  });
}
