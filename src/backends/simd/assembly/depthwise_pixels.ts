/**
 * Pixels of a depthwise convolution: each channel's sum over a list of taps, pairs of addresses in the
 * source and in the filter, from `taps` to `end`. `at` is how far a pixel's sources lie behind those
 * that the taps name; `width` counts channels; `bias` is 0 for none.
 */
import { activate, vectorActivation } from "./activation";
import { madd } from "./fma";

/** Four pixels whose sources lie `advance` bytes apart, and their results `step`. */
export function fourPixels(
  taps: usize, end: usize, bias: usize, width: i32, advance: usize, at: usize, target: usize, step: usize,
  activation: i32, alpha: f32,
): void {
  const eights = <usize>(width & ~7) << 2;
  for (let channel: usize = 0; channel < eights; channel += 32) {
    eightChannels(taps, end, bias, advance, at, channel, target + channel, step, activation, alpha);
  }
  if (width & 7) {
    for (let p = 0; p < 4; p++) {
      rest(taps, end, bias, width, width & ~7, at, target, activation, alpha);
      at += advance;
      target += step;
    }
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function eightChannels(
  taps: usize, end: usize, bias: usize, advance: usize, at: usize, channel: usize, y: usize, step: usize,
  activation: i32, alpha: f32,
): void {
  let a = vectorAt(bias, channel), b = vectorAt(bias, channel + 16);
  let a1 = a, b1 = b, a2 = a, b2 = b, a3 = a, b3 = b;
  at += channel;
  for (let tap = taps; tap < end; tap += 8) {
    let x = load<usize>(tap) + at;
    const w = load<usize>(tap, 4) + channel;
    const u = v128.load(w), v = v128.load(w, 16);
    a = madd(v128.load(x), u, a);
    b = madd(v128.load(x, 16), v, b);
    x += advance;
    a1 = madd(v128.load(x), u, a1);
    b1 = madd(v128.load(x, 16), v, b1);
    x += advance;
    a2 = madd(v128.load(x), u, a2);
    b2 = madd(v128.load(x, 16), v, b2);
    x += advance;
    a3 = madd(v128.load(x), u, a3);
    b3 = madd(v128.load(x, 16), v, b3);
  }
  put(y, a, b, activation, alpha);
  y += step;
  put(y, a1, b1, activation, alpha);
  y += step;
  put(y, a2, b2, activation, alpha);
  y += step;
  put(y, a3, b3, activation, alpha);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function put(y: usize, a: v128, b: v128, activation: i32, alpha: f32): void {
  v128.store(y, vectorActivation(a, activation, alpha));
  v128.store(y, vectorActivation(b, activation, alpha), 16);
}

/** Four numbers behind an address; zeros where there is none. */
// @ts-ignore: decorator of AssemblyScript
@inline
function vectorAt(address: usize, offset: usize): v128 {
  return address === 0 ? f32x4.splat(0) : v128.load(address + offset);
}

export function onePixel(
  taps: usize, end: usize, bias: usize, width: i32, at: usize, target: usize,
  activation: i32, alpha: f32,
): void {
  const eights = <usize>(width & ~7) << 2;
  for (let channel: usize = 0; channel < eights; channel += 32) {
    let a = vectorAt(bias, channel), b = vectorAt(bias, channel + 16);
    for (let tap = taps; tap < end; tap += 8) {
      const x = load<usize>(tap) + at + channel, w = load<usize>(tap, 4) + channel;
      a = madd(v128.load(x), v128.load(w), a);
      b = madd(v128.load(x, 16), v128.load(w, 16), b);
    }
    put(target + channel, a, b, activation, alpha);
  }
  rest(taps, end, bias, width, width & ~7, at, target, activation, alpha);
}

/** Channels of one pixel from `c` on: four, then one at a time. */
function rest(
  taps: usize, end: usize, bias: usize, width: i32, c: i32, at: usize, target: usize,
  activation: i32, alpha: f32,
): void {
  let channel = <usize>c << 2;
  if (c + 4 <= width) {
    let a = vectorAt(bias, channel);
    for (let tap = taps; tap < end; tap += 8) {
      a = madd(v128.load(load<usize>(tap) + at + channel), v128.load(load<usize>(tap, 4) + channel), a);
    }
    v128.store(target + channel, vectorActivation(a, activation, alpha));
    channel += 16;
  }
  for (const last = <usize>width << 2; channel < last; channel += 4) {
    let a: f32 = bias === 0 ? 0 : load<f32>(bias + channel);
    for (let tap = taps; tap < end; tap += 8) {
      a += load<f32>(load<usize>(tap) + at + channel) * load<f32>(load<usize>(tap, 4) + channel);
    }
    store<f32>(target + channel, activate(a, activation, alpha));
  }
}
