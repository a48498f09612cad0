import { assertEquals, assertMatch } from "@std/assert";
import type { PictureInfo } from "../../../src/core/enlarge_protocol.ts";
import { createRouter } from "../../../ui/router.ts";
import { upscaleCommand } from "../../../ui/state/enlarge/commands.ts";
import { EnlargeState } from "../../../ui/state/enlarge/enlarge.ts";
import { Refused } from "../../../ui/transport.ts";
import { fakeEnlarger } from "../fake_pictures.ts";
import { FakeAddressBar, FakeClock, FakeTransport, settled } from "../fakes.ts";

const SR = "20260101-120000-super-resolution-t91-aaaa";
const GAN = "20260102-120000-srgan-t91-bbbb";
const OLD = "20251231-120000-super-resolution-t91-cccc";
const TWICE = "20251230-120000-super-resolution-t91-dddd";

const RUNS = [
  fakeEnlarger(4, { run: GAN, step: 100, experiment: "srgan", steps: [50, 100] }),
  fakeEnlarger(4, { run: SR, step: 750, network: "srresnet", steps: [250, 500, 750] }),
  fakeEnlarger(4, { run: OLD, step: 20 }),
  fakeEnlarger(2, { run: TWICE, step: 40, network: "fsrcnn" }),
];
const BICUBIC = ([2, 3, 4] as const).map((scale) => fakeEnlarger(scale));

const FILE = { bytes: new Blob(["a picture"]), name: "butterfly.png" };
const settle = async () => {
  for (let i = 0; i < 6; i++) await settled();
};

/** The state of a page at an address, over the runs above. */
async function open(address: string, prepare: (transport: FakeTransport) => unknown = () => {}) {
  const transport = new FakeTransport();
  const { pictures } = transport;
  pictures.list = [...RUNS, ...BICUBIC];
  await prepare(transport);
  const clock = new FakeClock();
  const bar = new FakeAddressBar(address);
  const router = createRouter(bar);
  const state = new EnlargeState({ transport, clock, router });
  await settle();
  const query = (name: string) => new URLSearchParams(router.query.value).get(name);
  const panels = () => state.panels.value.map(({ letter, title }) => `${letter} ${title}`);
  const results = () => state.panels.value.map(({ result }) => result?.state ?? null);
  /** Why the first model has no result. */
  const failure = () => {
    const { result } = state.panels.value[1]!;
    return result?.state === "failed" ? result.message : "";
  };
  const asked = () => pictures.works.map(({ model }) => model);
  /** Ends works one after another until none is left. */
  const finishAll = async () => {
    for (let ended = 0; ended < pictures.works.length; ended++) {
      pictures.works[ended]!.finish();
      await settle();
    }
  };
  const { held } = state;
  return { state, held, pictures, clock, bar, query, panels, results, asked, finishAll, failure };
}

Deno.test("a picture is enlarged by bicubic and the newest of each kind, one after another", async () => {
  const { state, held, pictures, query, panels, results, asked, finishAll } = await open(
    "/enlarge",
  );
  assertEquals([held.state.value.state, state.picture.value], ["none", null]);
  held.take(FILE);
  await settle();
  assertEquals(pictures.posted.map(({ scale, truth }) => [scale, truth]), [[4, false]]);
  assertEquals(panels(), ["A Small picture", "B Bicubic", "C SRResNet", "D SRGAN"]);
  assertEquals(query("models"), `bicubic,${SR}@750,${GAN}@100`);
  assertEquals(query("picture"), "butterfly.png-x4");
  assertEquals(results(), [null, "running", "waiting", "waiting"]);
  pictures.last.options.onProgress(3, 12);
  assertEquals(state.panels.value[1]!.result, { state: "running", done: 3, total: 12 });
  await finishAll();
  assertEquals(asked(), ["bicubic", `${SR}@750`, `${GAN}@100`]);
  assertEquals(results(), [null, "done", "done", "done"]);
  assertEquals(state.figures.value, [], "the truth is not known");
  assertEquals(state.pair.value, { reference: 1, other: 3 });
  state.dispose();
});

Deno.test("the truth is a panel, and results are compared with it", async () => {
  const { state, held, pictures, panels, finishAll } = await open("/enlarge?truth=1");
  held.take(FILE);
  await settle();
  assertEquals(pictures.posted[0]!.truth, true);
  assertEquals(panels().at(-1), "E Truth");
  pictures.works[0]!.finish({ figures: { "psnr-y-crop4": 30, "ssim-y-crop4": 0.7 } });
  await settle();
  await finishAll();
  const [psnr, ssim] = state.figures.value;
  assertEquals([psnr!.name, psnr!.best, psnr!.values], ["psnr-y-crop4", [1], [
    null,
    30,
    28.4,
    28.4,
    null,
  ]]);
  assertEquals([ssim!.name, ssim!.best], ["ssim-y-crop4", [2, 3]]);
  state.dispose();
});

Deno.test("an address brings picture, models and view back", async () => {
  const address = `/enlarge?picture=butterfly.png-x4&models=bicubic,aaaa@500,${GAN}&view=wipe` +
    "&pair=CD&wipe=0.3&zoom=2:0.5:0.5";
  const { state, panels, asked, query, finishAll } = await open(
    address,
    ({ pictures }) => pictures.post(FILE, { scale: 4, truth: false }),
  );
  assertEquals(panels(), ["A Small picture", "B Bicubic", "C SRResNet", "D SRGAN"]);
  await finishAll();
  assertEquals(asked(), ["bicubic", `${SR}@500`, `${GAN}@100`]);
  assertEquals(state.pair.value, { reference: 2, other: 3 });
  assertEquals([query("zoom"), query("wipe"), query("view")], ["2:0.5:0.5", "0.3", "wipe"]);
  state.dispose();
});

Deno.test("another scale takes the picture anew, with models that fit", async () => {
  const { state, held, pictures, query, panels, bar } = await open("/enlarge");
  held.take(FILE);
  await settle();
  state.setScale(2);
  assertEquals(panels().length, 4, "what was shown stays until the other comes");
  await settle();
  assertEquals(pictures.posted.map(({ scale, file }) => [scale, file]), [[4, FILE], [2, FILE]]);
  assertEquals(query("models"), `bicubic,${TWICE}@40`);
  assertEquals(panels(), ["A Small picture", "B Bicubic", "C FSRCNN"]);
  assertEquals(pictures.works[0]!.options.signal.aborted, true);
  bar.back();
  await settle();
  assertEquals(panels(), ["A Small picture", "B Bicubic", "C SRResNet", "D SRGAN"]);
  state.dispose();
});

Deno.test("without the file the server's own copy is taken anew", async () => {
  const { state, held, pictures } = await open(
    "/enlarge?picture=butterfly.png-x4-truth",
    ({ pictures }) => pictures.post(FILE, { scale: 4, truth: true }),
  );
  held.change({ truth: false });
  await settle();
  const { file, scale, truth } = pictures.posted.at(-1)!;
  assertEquals([await file.bytes.text(), file.name, scale, truth], ["truth", FILE.name, 4, false]);
  assertEquals(state.picture.value?.truth, null);
  state.dispose();
});

Deno.test("a picture that the server forgot is handed over anew, if the page has it", async () => {
  const { state, held, pictures, results, finishAll } = await open("/enlarge");
  held.take(FILE);
  await settle();
  pictures.forget();
  pictures.last.finish(new Refused(404, "gone"));
  await settle();
  assertEquals([pictures.posted.length, held.state.value.state], [2, "ready"]);
  assertEquals(pictures.last.model, "bicubic");
  await finishAll();
  assertEquals(results(), [null, "done", "done", "done"]);
  state.dispose();

  const other = await open("/enlarge?picture=unknown&models=bicubic");
  assertEquals([other.held.state.value.state, other.state.picture.value], ["forgotten", null]);
  other.state.dispose();
});

Deno.test("what is cancelled while the page looks for the picture stays cancelled", async () => {
  const { state, held, pictures, results } = await open("/enlarge");
  held.take(FILE);
  await settle();
  const looking = Promise.withResolvers<PictureInfo>();
  pictures.find = () => looking.promise;
  pictures.last.finish(new Refused(404, "gone"));
  await settle();
  state.enlargements.cancel(state.picture.value!.id, "bicubic");
  looking.reject(new Refused(404, "gone"));
  await settle();
  assertEquals(results(), [null, "cancelled", "running", "waiting"]);
  assertEquals(pictures.posted.length, 1);
  state.dispose();
});

Deno.test("a server that is away is waited for, with the picture and with the work", async () => {
  const { state, held, pictures, clock, results } = await open("/enlarge");
  pictures.away = true;
  held.take(FILE);
  await settle();
  assertEquals(held.state.value, { state: "away", message: "The server does not answer" });
  pictures.away = false;
  await clock.pass(2000);
  assertEquals([held.state.value.state, results()[1]], ["ready", "running"]);
  pictures.away = true;
  pictures.last.finish();
  await settle();
  assertEquals(results(), [null, "done", "waiting", "waiting"]);
  assertEquals(state.enlargements.outage.value, "The server does not answer");
  pictures.away = false;
  await clock.pass(2000);
  await settle();
  assertEquals([results()[2], state.enlargements.outage.value], ["running", null]);
  state.dispose();
});

Deno.test("what is refused says why, and the picture before stays", async () => {
  const { state, held, pictures, panels, results } = await open("/enlarge");
  held.take(FILE);
  await settle();
  pictures.refusal = new Refused(415, "That is no picture");
  held.take({ ...FILE, name: "letter.txt" });
  await settle();
  assertEquals(held.state.value, { state: "refused", message: "That is no picture" });
  assertEquals(panels().length, 4);
  pictures.refusal = null;
  held.take(FILE);
  await settle();
  pictures.last.finish(new Refused(422, "its weights are no numbers"));
  await settle();
  assertEquals(results(), [null, "failed", "running", "waiting"]);
  state.dispose();
});

Deno.test("work is cancelled, taken up again, and dropped with its model", async () => {
  const { state, held, pictures, results, asked } = await open("/enlarge");
  held.take(FILE);
  await settle();
  const { id } = state.picture.value!;
  state.enlargements.cancel(id, "bicubic");
  await settle();
  assertEquals(pictures.works[0]!.options.signal.aborted, true);
  assertEquals(results(), [null, "cancelled", "running", "waiting"]);
  state.edit.remove(1);
  await settle();
  assertEquals([results(), pictures.works[1]!.options.signal.aborted], [[
    null,
    "cancelled",
    "running",
  ], true]);
  state.enlargements.retry(id, "bicubic");
  pictures.last.finish();
  await settle();
  assertEquals(asked(), ["bicubic", `${SR}@750`, `${GAN}@100`, "bicubic"]);
  state.dispose();
});

Deno.test("a result that cannot be shown is asked for once more, and then given up", async () => {
  const { state, held, pictures, results, failure } = await open("/enlarge?models=bicubic");
  held.take(FILE);
  await settle();
  for (let i = 0; i < 2; i++) {
    pictures.last.finish();
    await settle();
    assertEquals(results(), [null, "done"]);
    state.enlargements.unshown(state.picture.value!.id, "bicubic");
    await settle();
  }
  assertMatch(failure(), /cannot show this result/);
  assertEquals(pictures.works.length, 2);
  state.dispose();
});

Deno.test("a model of another scale says so, and nothing is asked of it", async () => {
  const address = `/enlarge?scale=4&models=${TWICE},bicubic`;
  const { state, held, asked, finishAll, failure } = await open(address);
  held.take(FILE);
  await settle();
  await finishAll();
  assertMatch(failure(), /dddd@40 enlarges ×2, and the picture is to grow ×4/);
  assertEquals(asked(), ["bicubic"]);
  state.dispose();
});

Deno.test("a run's link chooses its scale, and the command names its checkpoint", async () => {
  const { state, held, pictures } = await open(`/enlarge?models=bicubic,${TWICE}`);
  assertEquals(state.scale.value, 2);
  held.takeExample();
  await settle();
  assertEquals(state.picture.value?.id, "example.png-x2-truth");
  assertEquals(upscaleCommand(state), `deno task upscale example.png --model ${TWICE}@40`);
  assertEquals(pictures.posted.length, 0);
  state.dispose();
});

Deno.test("pixelZoom() is where a pixel of the results is one of the screen's", async () => {
  const { state, held } = await open("/enlarge");
  assertEquals(state.pixelZoom(1), null);
  held.take(FILE);
  await settle();
  state.frameWidth.value = 64;
  assertEquals(state.pixelZoom(1), 2);
  assertEquals(state.pixelZoom(2), null, "the whole is at least as large");
  state.dispose();
});
