/** Carrying latents from one place of the page to another with the pointer. */

const TYPE = "application/x-atelier-latent";

/** Lets a latent be carried, also into other programs: as its address. */
export function startDrag(event: DragEvent, text: string, address: string): void {
  const { dataTransfer } = event;
  if (dataTransfer === null) return;
  dataTransfer.setData(TYPE, text);
  dataTransfer.setData("text/plain", address);
  dataTransfer.effectAllowed = "copyMove";
}

/** What an element needs for latents to be dropped on it. */
export interface DropTarget {
  onDragOver(event: DragEvent): void;
  onDragLeave(event: DragEvent): void;
  onDrop(event: DragEvent): void;
}

/** Takes latents that are dropped; while one hangs above it, the element has `data-over`. */
export function dropTarget(take: (text: string) => void): DropTarget {
  const mark = (event: DragEvent, over: boolean) => {
    const element = event.currentTarget as HTMLElement;
    if (over) element.dataset["over"] = "";
    else delete element.dataset["over"];
  };
  return {
    onDragOver(event) {
      if (!event.dataTransfer?.types.includes(TYPE)) return;
      event.preventDefault();
      event.stopPropagation(); // of targets within each other the innermost takes it
      mark(event, true);
    },
    onDragLeave: (event) => mark(event, false),
    onDrop(event) {
      mark(event, false);
      const text = event.dataTransfer?.getData(TYPE);
      if (!text) return;
      event.preventDefault();
      event.stopPropagation();
      take(text);
    },
  };
}
