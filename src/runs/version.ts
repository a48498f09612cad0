/** This program's version, as runs record it and as deno.json has it; a test holds the two together. */
export const ATELIER_VERSION = "0.1.0";
