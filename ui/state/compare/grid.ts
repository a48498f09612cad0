/** How pictures are laid out in a panel. Pure. */

/** Columns and rows of so many pictures: as near to a square as can be. */
export function gridOf(count: number): { readonly columns: number; readonly rows: number } {
  const columns = Math.max(1, Math.ceil(Math.sqrt(count)));
  return { columns, rows: Math.max(1, Math.ceil(count / columns)) };
}
