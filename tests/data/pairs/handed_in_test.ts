import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import sharp from "sharp";
import { decodeWhole } from "../../../data/pairs/decode.ts";
import { decodeHandedIn, PictureError } from "../../../data/pairs/handed_in.ts";
import { wavyPicture } from "../../metrics/fidelity/pictures.ts";

const { pixels, width, height } = wavyPicture(30, 20, 0);
const picture = () => sharp(pixels, { raw: { width, height, channels: 3 } });

Deno.test("decodeHandedIn() reads what people have, upright, in 8-bit colour", async () => {
  const exact: Readonly<Record<string, Uint8Array>> = {
    png: await picture().png().toBuffer(),
    deep: await picture().toColourspace("rgb16").png().toBuffer(),
    tiff: await picture().tiff({ compression: "lzw" }).toBuffer(),
    big: await picture().tiff({ compression: "none", bitdepth: 8 }).toBuffer(),
    webp: await picture().webp({ lossless: true }).toBuffer(),
  };
  for (const [name, bytes] of Object.entries(exact)) {
    const { colour, alpha } = await decodeHandedIn(bytes);
    assertEquals([colour.width, colour.height, alpha], [30, 20, null], name);
    assertEquals(colour.pixels, pixels, name);
  }
  const turned = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { colour: upright } = await decodeHandedIn(turned);
  assertEquals([upright.width, upright.height], [20, 30]);
  const grey = await picture().greyscale().toColourspace("b-w").png().toBuffer();
  const { colour } = await decodeHandedIn(grey);
  assertEquals(colour.pixels.every((value, i) => value === colour.pixels[i - i % 3]), true);
  const cmyk = await picture().toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
  assertEquals((await decodeHandedIn(cmyk)).colour.channels, 3);
  const clear = await decodeHandedIn(await picture().ensureAlpha(0.25).gif().toBuffer());
  assertEquals(clear.alpha?.length, 600);
});

Deno.test("decodeHandedIn() takes an animation's first frame", async () => {
  const frames = Uint8Array.from({ length: 2 * 8 * 8 * 3 }, (_, i) => i < 8 * 8 * 3 ? 200 : 10);
  const animation = await sharp(frames, {
    raw: { width: 8, height: 16, channels: 3, pageHeight: 8 },
  }).gif().toBuffer();
  const { colour } = await decodeHandedIn(animation);
  assertEquals([colour.width, colour.height], [8, 8]);
  for (const value of colour.pixels) assertAlmostEquals(value, 200, 3);
});

Deno.test("decodeHandedIn() tells what is wrong with what it cannot use", async () => {
  const whole = new Uint8Array(await picture().jpeg().toBuffer());
  const faulty: readonly (readonly [Uint8Array, string, string, number?])[] = [
    [new Uint8Array(0), "kind", "got an empty file"],
    [new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg'/>"), "kind", "another kind"],
    [whole.slice(0, 300), "damaged", "it is damaged or cut short"],
    [whole.slice(0, 20), "damaged", "it is damaged or cut short"],
    [whole, "large", "it has 30×20 pixels, 0.0 million; expected at most 0.0 million", 599],
  ];
  for (const [bytes, fault, text, most] of faulty) {
    const error = await assertRejects(() => decodeHandedIn(bytes, most), PictureError, text);
    assertEquals(error.fault, fault);
  }
  assertEquals((await decodeHandedIn(whole, 600)).colour, (await decodeWhole(whole))!.colour);
});
