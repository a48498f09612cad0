import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ComparePage } from "../pages/compare_page.tsx";
import { EnlargePage } from "../pages/enlarge_page.tsx";
import { ExplorePage } from "../pages/explore_page.tsx";
import { RunPage } from "../pages/run_page.tsx";
import { RunsPage } from "../pages/runs_page.tsx";
import { placeOf } from "../state.ts";
import { useApp } from "./context.ts";
import { Link } from "./link.tsx";
import { Message } from "./message.tsx";
import { ThemeButton } from "./theme_button.tsx";

/** The frame around every page. */
export function App(): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#main">Skip to content</a>
      <header class="masthead">
        <Link href="/" class="wordmark">Atelier</Link>
        <Places />
        <ThemeButton />
      </header>
      <CurrentPage />
    </>
  );
}

/** The way between the lab's pages. */
function Places(): JSX.Element {
  const { router } = useApp();
  const { page } = router.route.value;
  return (
    <nav class="places" aria-label="Pages">
      <Link href="/" current={page === "runs"}>Runs</Link>
      <Link href="/explore" current={page === "explore"}>Explore</Link>
      <Link href="/compare" current={page === "compare"}>Compare</Link>
      <Link href="/enlarge" current={page === "enlarge"}>Enlarge</Link>
    </nav>
  );
}

function CurrentPage(): JSX.Element {
  const { router, openRun, explore, compare, enlarge } = useApp();
  const route = router.route.value;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // A reader who followed a link is at the new page's top; one who has just come is there anyway.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [placeOf(route)]);
  const open = openRun.value;
  return (
    <main id="main" ref={main} tabIndex={-1}>
      {route.page === "runs" && <RunsPage />}
      {route.page === "run" && open && <RunPage key={open.run.id} open={open} />}
      {route.page === "explore" && explore.value && (
        <ExplorePage key={placeOf(route)} explore={explore.value} />
      )}
      {route.page === "compare" && compare.value && <ComparePage compare={compare.value} />}
      {route.page === "enlarge" && enlarge.value && <EnlargePage enlarge={enlarge.value} />}
      {route.page === "unknown" && (
        <Message title="There is nothing here">
          <p>
            No page has the address <code>{route.path}</code>.
          </p>
          <p>
            <Link href="/">See all runs</Link>
          </p>
        </Message>
      )}
    </main>
  );
}
