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
  pen.line(0.97 * w, -0.04)
    .curve(0.95 * w, 0.22, 0.72 * w, 0.27, 0.225, mouthY - 0.02)
    .curve(0.2, mouthY + 0.06, 0.12, mouthY + 0.105, 0, mouthY + 0.105)
    .curve(-0.12, mouthY + 0.105, -0.2, mouthY + 0.06, -0.225, mouthY - 0.02)
    .curve(-0.72 * w, 0.27, -0.95 * w, 0.22, -0.97 * w, -0.04)
    .close();
  pen.space = "outline";
  pen.dome({ x: 0, y: 0.2, radiusX: 0.6, radiusY: 0.62 }, palette.hair, {
    soften: 0.016,
    alpha: 0.82 + 0.16 * factors.beardLength,
    clip: masks.opening,
  });
  masks.opening.clear();
}

/** Over the upper lip, its ends turned up past the mouth's corners; to be drawn after the mouth. */
export function drawMoustache({ pen, palette, shape, factors }: Sitter): void {
  if (factors.moustache === 0) return;
  const { noseY, mouthY } = shape;
  const top = noseY + 0.046;
  const end = mouthY - 0.035 * factors.smile - 0.012;
  pen.pose.lift = 0.035;
  pen.begin("surface").move(0, top + 0.014);
  pen.curve(0.05, top - 0.014, 0.12, top + 0.014, 0.17, end - 0.002)
    .curve(0.195, end + 0.006, 0.225, end - 0.006, 0.262, end - 0.042)
    .curve(0.25, end + 0.03, 0.2, end + 0.05, 0.15, end + 0.036)
    .curve(0.09, end + 0.03, 0.06, mouthY - 0.004, 0, mouthY - 0.03);
  pen.curve(-0.06, mouthY - 0.004, -0.09, end + 0.03, -0.15, end + 0.036)
    .curve(-0.2, end + 0.05, -0.25, end + 0.03, -0.262, end - 0.042)
    .curve(-0.225, end - 0.006, -0.195, end + 0.006, -0.17, end - 0.002)
    .curve(-0.12, top + 0.014, -0.05, top - 0.014, 0, top + 0.014)
    .close()
    .dome({ x: 0, y: mouthY - 0.01, radiusX: 0.3, radiusY: 0.11 }, palette.hair);
  pen.pose.lift = 0;
}
