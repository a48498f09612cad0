import { useEffect } from "preact/hooks";

/** Names the browser's tab while the component is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Atelier`;
  }, [title]);
}
