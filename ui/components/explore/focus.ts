/** Keeping the keyboard's place when what had the focus goes away. */

/** Runs `focus` once the page shows the state as it is now. */
function afterwards(focus: () => void): void {
  requestAnimationFrame(() => requestAnimationFrame(focus));
}

/** Goes back to the wall; where it is not shown, to the tab that shows it. */
export function focusWall(): void {
  afterwards(() => {
    const wall = document.querySelector<HTMLElement>(".wall");
    (wall ?? document.getElementById("tab-wall"))?.focus({ preventScroll: true });
  });
}

/** Goes to the button that has taken the place of the `index`th one within `box`, else to the last. */
export function focusPlace(box: Element | null, index: number): void {
  afterwards(() => {
    const buttons = box?.querySelectorAll("button") ?? [];
    buttons[Math.min(index, buttons.length - 1)]?.focus();
  });
}
