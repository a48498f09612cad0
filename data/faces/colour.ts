/** Colours: chosen in OKLCh, where equal steps look equal (Ottosson, 2020), painted in sRGB. */

/** sRGB, each in [0, 1]. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Lightness in [0, 1], chroma (0 is grey, 0.3 is vivid), hue in degrees. */
export interface Lch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

function encode(linear: number): number {
  if (linear <= 0) return 0;
  if (linear >= 1) return 1;
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
}

/** What sRGB can show of an OKLCh colour; channels past the gamut are clamped. */
export function colourOf({ l, c, h }: Lch): Colour {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encode(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encode(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encode(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

/** The colour `amount` lighter (darker if negative), its chroma scaled and its hue turned. */
export function tone(base: Lch, amount: number, chroma = 1, turn = 0): Lch {
  return { l: base.l + amount, c: base.c * chroma, h: base.h + turn };
}

/** The colour `share` of the way from one to another. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** The colour at `position` in [0, 1] of evenly spaced stops; hues must not wrap between stops. */
export function along(stops: readonly Lch[], position: number): Lch {
  const scaled = Math.min(Math.max(position, 0), 1) * (stops.length - 1);
  const i = Math.min(Math.floor(scaled), stops.length - 2);
  const from = stops[i]!;
  const to = stops[i + 1]!;
  const share = scaled - i;
  return {
    l: from.l + (to.l - from.l) * share,
    c: from.c + (to.c - from.c) * share,
    h: from.h + (to.h - from.h) * share,
  };
}
