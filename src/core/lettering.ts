/** Short texts in pictures: letters of 5×7 dots, two more below for descenders. No fonts needed. */

/** Dots of a letter, and of the step to the next one. */
export const LETTER = { width: 5, height: 9, step: 6 } as const;

/**
 * Rows of dots from the top, a character a row: its value in base 32 is the row's five dots. Rows left
 * out are empty.
 */
// deno-fmt-ignore
const GLYPHS: Readonly<Record<string, string>> = {
  " ": "", "0": "ehjlphe", "1": "4c4444e", "2": "eh1248v", "3": "v2421he", "4": "26aiv22",
  "5": "vgu11he", "6": "68guhhe", "7": "v124888", "8": "ehhehhe", "9": "ehhf12c",
  A: "ehhvhhh", B: "uhhuhhu", C: "ehggghe", D: "sihhhis", E: "vgguggv", F: "vgguggg",
  G: "ehgnhhf", H: "hhhvhhh", I: "e44444e", J: "72222ic", K: "hikokih", L: "ggggggv",
  M: "hrllhhh", N: "hhpljhh", O: "ehhhhhe", P: "uhhuggg", Q: "ehhhlid", R: "uhhukih",
  S: "fgge11u", T: "v444444", U: "hhhhhhe", V: "hhhhha4", W: "hhhllla", X: "hha4ahh",
  Y: "hhha444", Z: "v1248gv",
  a: "00e1fhf", b: "ggmphhu", c: "00egghe", d: "11djhhf", e: "00ehvge", f: "698s888",
  g: "00fhhhf1e", h: "ggmphhh", i: "40c444e", j: "2062222ic", k: "ggikoki", l: "c44444e",
  m: "00qllhh", n: "00mphhh", o: "00ehhhe", p: "00uhhhugg", q: "00fhhhf11", r: "00mpggg",
  s: "00fge1u", t: "88s8896", u: "00hhhjd", v: "00hhha4", w: "00hhlla", x: "00ha4ah",
  y: "00hhhhf1e", z: "00v248v",
  ".": "00000cc", ",": "00000cc48", ":": "0cc0cc0", ";": "0cc0cc48", "!": "4444004",
  "?": "eh12404", "'": "c48", '"': "aaa", "-": "000e000", "−": "000v000", "+": "044v440",
  "=": "00v0v00", "±": "44v440v", "×": "0ha4ah0", "/": "01248g0", "%": "op248j3",
  "(": "2488842", ")": "8422248", "[": "e88888e", "]": "e22222e", "<": "248g842",
  ">": "8421248", "#": "aavavaa", "@": "eh1dlle", "_": "000000v", "|": "4444444",
  "*": "04lel40", "&": "cik8lid", "→": "042v240", "…": "000000l", "σ": "00fihhe",
  "Δ": "44aahhv", "α": "00diiid", "²": "e248e",
};
/** What stands for a character that has no letter here. */
const UNKNOWN = "vhhhhhv";

/** Width of a text in dots. */
export function lettersWidth(text: string): number {
  const letters = [...text].length;
  return letters === 0 ? 0 : (letters - 1) * LETTER.step + LETTER.width;
}

/** Calls `dot` for each dot of a text, whose upper left corner is at 0, 0. */
export function writeLetters(text: string, dot: (x: number, y: number) => void): void {
  [...text].forEach((letter, i) => {
    const rows = GLYPHS[letter] ?? UNKNOWN;
    for (let y = 0; y < rows.length; y++) {
      const dots = parseInt(rows[y]!, 32);
      for (let x = 0; x < LETTER.width; x++) {
        if ((dots >> (LETTER.width - 1 - x)) & 1) dot(i * LETTER.step + x, y);
      }
    }
  });
}
