/** Starts the page in the browser: joins the state to the server, the address bar and the screen. */
import "uplot/dist/uPlot.min.css";
import "./style/tokens.css";
import "./style/page.css";
import "./style/controls.css";
import "./style/runs.css";
import "./style/run.css";
import "./style/charts.css";
import "./style/health.css";
import "./style/explore.css";
import "./style/explore_bench.css";
import "./style/explore_tray.css";
import "./style/explore_narrow.css";
import "./style/stage.css";
import "./style/compare.css";
import "./style/enlarge.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { httpTransport } from "./api.ts";
import { App } from "./components/app.tsx";
import { AppContext } from "./components/context.ts";
import { createGeneratorClient } from "./generator/client.ts";
import { mediaSignal } from "./media.ts";
import { sampleLoader } from "./pictures.ts";
import { browserAddressBar, createRouter } from "./router.ts";
import { createApp } from "./state.ts";
import { browserClock } from "./transport.ts";

/** How long a hidden page goes on following its run. */
const SLEEP_AFTER_MS = 30_000;

const app = createApp({
  transport: httpTransport,
  clock: browserClock,
  router: createRouter(browserAddressBar()),
  memory: localStorage,
  reducedMotion: mediaSignal("(prefers-reduced-motion: reduce)"),
  narrow: mediaSignal("(max-width: 64rem)"),
  generator: createGeneratorClient(localStorage),
  loadSample: sampleLoader(),
});

effect(() => {
  document.documentElement.dataset["theme"] = app.preferences.theme.value;
});
let stayAwake = () => {};
document.addEventListener("visibilitychange", () => {
  stayAwake();
  const run = app.openRun.value?.run;
  if (document.hidden) stayAwake = browserClock.after(SLEEP_AFTER_MS, () => run?.sleep());
  else void run?.wake();
});
addEventListener("online", () => app.openRun.value?.run.stream.retry());

render(
  <AppContext.Provider value={app}>
    <App />
  </AppContext.Provider>,
  document.getElementById("app")!,
);
