/** Beard and moustache. */
import type { Sitter } from "./sitter.ts";

/** Along the jaw from ear to ear; to be drawn before the mouth. */
export function drawBeard({ pen, palette, shape, factors, masks }: Sitter): void {
  if (factors.beard === 0) return;
  const { width: w, jawWidth: jaw, jawY, chinY, chinWidth, mouthY } = shape;
  const grown = 0.012 + 0.12 * factors.beardLength;
  const wide = 0.35 * grown;
  const low = chinY + grown;
  // Its outer edge is crisp, the edge on the cheeks soft: the soft shape is cut out of the crisp one.
  const outer = (out: number) =>
    pen.move(-w - out - 0.002, -0.06)
      .curve(-w - out, 0.1, -w - wide - out, 0.22, -jaw - wide - out, jawY + 0.03)
      .curve(-jaw + 0.06 - out, jawY + 0.15 + grown, -chinWidth - out, low + out, 0, low + out)
      .curve(
        chinWidth + out,
        low + out,
        jaw - 0.06 + out,
        jawY + 0.15 + grown,
        jaw + wide + out,
        jawY + 0.03,
      )
      .curve(w + wide + out, 0.22, w + out, 0.1, w + out + 0.002, -0.06);
  pen.begin("outline");
  outer(0).close().keep(masks.opening);
  pen.begin("outline");
  outer(0.05);
  pen.space = "surface";
  pen.line(0.92 * w, -0.04)
    .curve(0.9 * w, 0.2, 0.72 * w, 0.27, 0.225, mouthY - 0.02)
    .curve(0.2, mouthY + 0.06, 0.12, mouthY + 0.105, 0, mouthY + 0.105)
    .curve(-0.12, mouthY + 0.105, -0.2, mouthY + 0.06, -0.225, mouthY - 0.02)
    .curve(-0.72 * w, 0.27, -0.9 * w, 0.2, -0.92 * w, -0.04)
    .close();
  pen.space = "outline";
  pen.dome({ x: 0, y: 0.2, radiusX: 0.6, radiusY: 0.62 }, palette.hair, {
    soften: 0.016,
    alpha: 0.82 + 0.16 * factors.beardLength,
    clip: masks.opening,
  });
  masks.opening.fill(0);
}

/** Over the upper lip; to be drawn after the mouth. */
export function drawMoustache({ pen, palette, shape, factors }: Sitter): void {
  if (factors.moustache === 0) return;
  const { noseY, mouthY } = shape;
  const top = noseY + 0.042;
  const end = mouthY - 0.03 * factors.smile + 0.015;
  pen.pose.lift = 0.035;
  pen.begin("surface").move(0, top + 0.012)
    .curve(0.05, top - 0.012, 0.12, top + 0.01, 0.215, end)
    .curve(0.14, end + 0.012, 0.07, mouthY + 0.005, 0, mouthY - 0.028)
    .curve(-0.07, mouthY + 0.005, -0.14, end + 0.012, -0.215, end)
    .curve(-0.12, top + 0.01, -0.05, top - 0.012, 0, top + 0.012)
    .close()
    .dome({ x: 0, y: mouthY - 0.01, radiusX: 0.26, radiusY: 0.1 }, palette.hair, {
      soften: 0.006,
      alpha: 0.95,
    });
  pen.pose.lift = 0;
}
