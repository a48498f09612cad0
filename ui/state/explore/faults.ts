/** What goes wrong with a drawing. */

/** Whether an error only says that nobody waits for the picture any more. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What a person is told of a drawing that failed. */
export function faultText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
