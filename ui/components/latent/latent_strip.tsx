import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { normOf } from "../../lab.ts";

/** Values beyond this are drawn as if at it: one in fifteen thousand is. */
const MOST = 4;
const HEIGHT = 48;

/** A latent as bars, one a number, up for positive ones; in words for who cannot see them. */
export function LatentStrip({ z }: { readonly z: Float32Array }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointed = useSignal<number | null>(null);
  useEffect(() => drawBars(canvas.current!, z), [z]);
  const { length } = z;
  const point = (event: PointerEvent) => {
    const { left, width } = canvas.current!.getBoundingClientRect();
    const index = Math.floor((event.clientX - left) / width * length);
    pointed.value = index >= 0 && index < length ? index : null;
  };
  const index = pointed.value;
  return (
    <div class="latent-strip">
      <canvas
        ref={canvas}
        role="img"
        aria-label={describe(z)}
        onPointerMove={point}
        onPointerLeave={() => pointed.value = null}
      />
      <p class="muted numbers">
        {index === null
          ? `${length} numbers of length ${normOf(z).toFixed(2)}; ` +
            `${Math.sqrt(length).toFixed(2)} is typical`
          : `z[${index}] = ${signed(z[index]!)}`}
      </p>
    </div>
  );
}

const signed = (value: number) => value.toFixed(2).replace("-", "−");

function describe(z: Float32Array): string {
  const least = z.indexOf(Math.min(...z));
  const most = z.indexOf(Math.max(...z));
  return `z: ${z.length} numbers from ${signed(z[least]!)}, number ${least}, ` +
    `to ${signed(z[most]!)}, number ${most}`;
}

/** Draws at the screen's own pixels; the colours are the style sheet's. */
function drawBars(canvas: HTMLCanvasElement, z: Float32Array): void {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(HEIGHT * devicePixelRatio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d")!;
  const style = getComputedStyle(canvas);
  const [up, down] = [style.getPropertyValue("--accent"), style.getPropertyValue("--muted")];
  context.clearRect(0, 0, width, height);
  const pitch = width / z.length;
  const bar = Math.max(1, Math.floor(pitch) - 1);
  z.forEach((value, i) => {
    const size = Math.min(1, Math.abs(value) / MOST) * height / 2;
    context.fillStyle = value < 0 ? down : up;
    context.fillRect(Math.round(i * pitch), value < 0 ? height / 2 : height / 2 - size, bar, size);
  });
}
