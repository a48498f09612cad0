/** Explore in Chromium, over the real server and real networks, untrained. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { makeDrawnRun } from "../../server/drawn_run.ts";
import { FakeTraining } from "../../server/fake_runs.ts";
import { requirement } from "../../support.ts";
import { chromiumLacking } from "../chromium.ts";
import { NARROW, overflow, PageLab, reads } from "../page_lab.ts";
import {
  differenceFromDeno,
  large,
  makeRememberingRun,
  pixelsOf,
  saysInAddress,
  tile,
} from "./explore_page.ts";

async function showsTheWall(lab: PageLab, id: string): Promise<void> {
  await lab.look("/explore", async (page) => {
    await reads(page, "h1", /dcgan on pictures/);
    assertEquals(new URL(page.url()).pathname, `/explore/${id}`, "the newest run is chosen");
    assert(await differenceFromDeno(lab, id, page, [0, 1, 15]) <= 1, "the pictures are others");
    await reads(page, ".device-note", /images\/s/);
    assertEquals(await page.locator(".places [aria-current=page]").textContent(), "Explore");
    const before = await page.locator(".tile").count();
    await page.locator(".wall").hover();
    for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 5000);
    await saysInAddress(page, /seed=\d{5}/);
    const after = await page.locator(".tile").count();
    assert(after <= 1.5 * before + 40, `${before} tiles became ${after}`);
    await page.getByLabel("Seed", { exact: true }).fill("123456789012");
    await page.getByRole("button", { name: "Go" }).click();
    await pixelsOf(tile(page, 123_456_789_012));
    await page.goBack();
    await saysInAddress(page, /seed=\d{5}$/);
  });
}

/** Everything by keys alone: move, inspect, pick, walk, arithmetic. */
async function obeysTheKeyboard(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/explore/${id}?tile=192`, async (page) => {
    await pixelsOf(tile(page, 0));
    const wall = page.getByRole("grid");
    for (let i = 0; i < 30; i++) {
      if (await wall.evaluate((element) => element === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    for (const key of ["ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
    await reads(page, ".address code", new RegExp(`^${id}@3#1$`));
    await page.keyboard.press("ArrowRight");
    await reads(page, ".address code", /#2$/);
    assertEquals(await pixelsOf(large(page)), await pixelsOf(tile(page, 2)));
    for (const key of ["p", "a", "ArrowRight", "p", "b", "ArrowRight", "c", "p"]) {
      await page.keyboard.press(key);
    }
    await saysInAddress(page, /picks=2,3,4/);
    await page.getByRole("tab", { name: "Inspect" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await reads(page, ".walk-place", /seed 2/);
    await page.getByRole("slider", { name: "Place on the walk" }).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await reads(page, ".walk-place", /5 % from seed 2 to seed 3/);
    await page.getByRole("tab", { name: "Walk" }).focus();
    await page.keyboard.press("ArrowRight");
    const middle = page.locator("[data-name=result] canvas");
    const neighbour = page.locator("[data-name='0'] canvas");
    await pixelsOf(middle);
    const first = await pixelsOf(neighbour);
    await page.getByRole("button", { name: "Other neighbours" }).press("Enter");
    await saysInAddress(page, /near=2/);
    for (let i = 0; i < 50 && String(await pixelsOf(neighbour)) === String(first); i++) {
      await page.waitForTimeout(20);
    }
    assertNotEquals(await pixelsOf(neighbour), first);
    await page.getByRole("button", { name: /^Pick 1/ }).focus();
    await page.keyboard.press("Shift+ArrowRight");
    await saysInAddress(page, /picks=3,2,4/);
    await page.keyboard.press("Escape");
    await page.waitForURL((url) => !url.searchParams.has("at"));
  });
}

/** What a shared address shows: texts, and every picture's pixels. */
async function seen(page: Page): Promise<unknown> {
  await pixelsOf(page.locator("[data-name=result] canvas"));
  await page.waitForFunction(() =>
    [...document.querySelectorAll("canvas.picture")].every((canvas) =>
      canvas.hasAttribute("data-drawn")
    )
  );
  const result = await pixelsOf(page.locator("[data-name=result] canvas"));
  const picks = page.locator(".picks canvas");
  const pictures = [];
  for (let i = 0; i < await picks.count(); i++) pictures.push(await pixelsOf(picks.nth(i)));
  return {
    result,
    pictures,
    step: await page.getByLabel("Step").inputValue(),
    command: await page.locator(".panel .command code").textContent(),
    firstRow: await page.locator(".wall-seed").first().textContent(),
  };
}

async function reopensAnAddress(lab: PageLab, id: string): Promise<void> {
  const address =
    `/explore/${id}/2?seed=600&tile=192&truncation=scale&psi=0.8&show=arithmetic&a=1,5&b=2&c=9` +
    "&strength=1.2&picks=7,slerp(1;2;0.4),near(arith(1;2;3;1);0.25;1;0)";
  let first: unknown = null;
  let url = "";
  await lab.look(address, async (page) => {
    first = await seen(page);
    const result = page.locator(".result-actions");
    await result.getByRole("button", { name: "Pick", exact: true }).click();
    await saysInAddress(page, /picks=.*arith\(1,5;2;9;1\.2\)/);
    first = await seen(page);
    assertEquals((first as { pictures: unknown[] }).pictures.length, 4);
    url = page.url();
  });
  await lab.look(url.slice(lab.url.length), async (page) => {
    assertEquals(await seen(page), first);
  });
}

async function takesWhatIsDragged(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/explore/${id}?show=arithmetic&tile=128`, async (page) => {
    await pixelsOf(tile(page, 3));
    await page.locator("#seed-3").dragTo(page.locator(".tray"));
    await page.locator("#seed-5").dragTo(page.locator(".tray"));
    await saysInAddress(page, /picks=3,5/);
    await page.locator(".picks button").nth(1).dragTo(page.locator(".picks li").first());
    await saysInAddress(page, /picks=5,3/);
    await page.locator(".picks button").first().dragTo(page.locator(".well").nth(1));
    await saysInAddress(page, /b=5/);
    await page.getByRole("button", { name: "Add to C by clicking pictures" }).click();
    await page.locator("#seed-8").click();
    await page.locator("#seed-9").click();
    await saysInAddress(page, /c=8,9/);
    await reads(page, ".click-note", /Clicks add to C/);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Take seed 8 out of C" }).click();
    await page.waitForURL((url) => url.searchParams.get("c") === "9");
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get("c") === "8,9");
  });
}

/** The run was trained on what it draws of seeds 5 to 8: memorisation, by construction. */
async function findsWhatIsRemembered(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/explore/${id}?at=7&show=inspect&tile=192`, async (page) => {
    await reads(page, ".nearest .evidence", /All 4 searched, .* it may be remembered/);
    const first = page.locator(".nearest-pictures li").first();
    assert(Number(await first.locator("span").textContent()) < 0.1, "a copy is far");
    const image = first.locator("img");
    await image.evaluate((element: HTMLImageElement) => element.decode());
    assertEquals(await image.getAttribute("alt"), "Training picture 2");
    await reads(page, ".address code", new RegExp(`^${id}@3#7$`));
  });
}

/** Directions, several at once, live, in the address and in a strip. */
async function edits(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/explore/${id}?at=7&show=edit&tile=192`, async (page) => {
    const [before, after] = [large(page), page.locator(".large-picture canvas").nth(1)];
    const base = await pixelsOf(before);
    assertEquals(base, await pixelsOf(after));
    const slider = page.getByRole("slider", { name: /^sefa-1$/ });
    await slider.fill("2");
    await slider.press("ArrowRight");
    await page.getByRole("slider", { name: /^sefa-2$/ }).fill("-1.5");
    await saysInAddress(page, /at=move\(7;sefa-1:2\.05;sefa-2:-1\.5\)/);
    await page.getByRole("button", { name: "Strip of sefa-1", exact: true }).click();
    await pixelsOf(page.locator(".strip canvas").last());
    await page.getByRole("button", { name: "sefa-1 −3.00" }).click();
    await saysInAddress(page, /sefa-1:-3;/);
    assertEquals(await pixelsOf(before), base);
    assertNotEquals(await pixelsOf(after), base);
    await page.getByRole("button", { name: "Reset" }).click();
    await page.waitForURL((url) => url.searchParams.get("at") === "7");
  });
}

async function walks(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/explore/${id}?show=walk&picks=3,5&path=lerp&tile=192`, async (page) => {
    const start = await pixelsOf(large(page));
    assertEquals(start, await pixelsOf(tile(page, 3)));
    await reads(
      page,
      ".panel .command code",
      /interpolate \S+@3 --seeds 3,5 --method lerp --frames 61/,
    );
    await page.getByRole("button", { name: "Play the walk" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await reads(page, ".walk-place", /^seed 5/);
    await page.getByRole("button", { name: "Play the walk" }).waitFor();
    assertEquals(await pixelsOf(large(page)), await pixelsOf(tile(page, 5)));
    await saysInAddress(page, /t=1/);
  });
}

async function saysWhatIsWrong(lab: PageLab, id: string): Promise<void> {
  const ruined = await makeDrawnRun(lab.runs, { ruined: true });
  let untrained = "";
  {
    using training = new FakeTraining(lab.runs);
    untrained = training.id;
    training.finish("failed");
  }
  const refusals: [string, RegExp][] = [
    [`/explore/${ruined}`, /expected finite numbers, got NaN.*take an earlier checkpoint/i],
    [`/explore/${untrained}`, /No checkpoint yet/],
    ["/explore/none", /There is no such run/],
    [`/explore/${id}/77`, /no checkpoint of step 77.*Nearest: 1, 2, 3/],
    [`/explore/${id}?at=smile&tile=192`, /Cannot read the latent "smile"/],
    [`/explore/${id}?at=move(1;age:1)&tile=192`, /There is no direction "age".*sefa-1/],
  ];
  await lab.look("/explore/none", async (page) => {
    for (const [path, text] of refusals) {
      await page.goto(lab.url + path);
      await reads(page, "main", text);
    }
  }, { mayComplain: true }); // of what was refused
}

async function waitsForTheServer(lab: PageLab, id: string): Promise<void> {
  await lab.look(`/explore/${id}?tile=192`, async (page) => {
    await pixelsOf(tile(page, 0));
    await page.getByLabel("Drawn by").selectOption("server");
    await reads(page, ".device-note", /Server/);
    const serveAgain = await lab.hangUp();
    await page.getByLabel("Seed", { exact: true }).fill("7000");
    await page.keyboard.press("Enter");
    await reads(page, "main", /The server does not answer/);
    serveAgain();
    await pixelsOf(tile(page, 7000));
    await page.locator(".notice").waitFor({ state: "detached" });
  }, { mayComplain: true }); // of refused connections
}

async function fitsPhones(lab: PageLab, grey: string): Promise<void> {
  const path = `/explore/${grey}?picks=1,2&a=1&b=2&c=3`;
  await lab.look(path, async (page) => {
    assert(await differenceFromDeno(lab, grey, page, [0, 3]) <= 1, "grey pictures are others");
    await reads(page, ".device-note", /images\/s/);
    const rate = page.locator(".device-note > span > span:last-child");
    await rate.evaluate((element) => element.textContent = "123,456 images/s"); // of a fast device
    assertEquals(await overflow(page), 0);
    await page.locator("#seed-3").tap();
    await reads(page, ".address code", /#3$/);
    for (const name of ["Inspect", "Edit", "Walk", "Arithmetic"]) {
      await page.getByRole("tab", { name }).tap();
      await page.locator(".panel > *").first().waitFor();
      assertEquals([name, await overflow(page)], [name, 0]);
    }
    await page.getByRole("tab", { name: "Wall" }).tap();
    await pixelsOf(tile(page, 3));
    assertMatch(new URL(page.url()).search, /at=3/);
  }, { viewport: NARROW, deviceScaleFactor: 3, hasTouch: true, mayComplain: true }); // of lacking data
}

Deno.test({
  name: "Explore in Chromium",
  ...requirement("Chromium", chromiumLacking()),
  async fn(t) {
    await tf.setBackend("cpu");
    await using lab = await PageLab.open();
    const grey = await makeDrawnRun(lab.runs, { channels: 1 });
    const id = await makeRememberingRun(lab);
    await t.step("the wall shows the pictures Deno draws", () => showsTheWall(lab, id));
    await t.step("everything is done by keys alone", () => obeysTheKeyboard(lab, id));
    await t.step("an address brings everything back", () => reopensAnAddress(lab, id));
    await t.step("pictures are dragged", () => takesWhatIsDragged(lab, id));
    await t.step("training pictures are found", () => findsWhatIsRemembered(lab, id));
    await t.step("directions edit a picture", () => edits(lab, id));
    await t.step("a walk is played", () => walks(lab, id));
    await t.step("phones and grey pictures are served", () => fitsPhones(lab, grey));
    await t.step("a server that is gone is waited for", () => waitsForTheServer(lab, id));
    await t.step("what is wrong is said", () => saysWhatIsWrong(lab, id));
  },
});
