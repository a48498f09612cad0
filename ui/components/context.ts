/** The page's state, within reach of every component. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { AppState } from "../state.ts";

/** Provided once, by main.tsx. */
export const AppContext = createContext<AppState | null>(null);

/** The page's state. Throws outside of `AppContext.Provider`. */
export function useApp(): AppState {
  const app = useContext(AppContext);
  if (app === null) throw new Error("Cannot use the page's state outside of AppContext.Provider");
  return app;
}
