import type { ComponentChildren, JSX } from "preact";
import { useApp } from "./context.ts";

interface LinkProps {
  readonly href: string;
  readonly class?: string;
  readonly current?: boolean;
  readonly title?: string | undefined;
  readonly children: ComponentChildren;
}

/** A link to another of the page's own addresses: followed without loading the page anew. */
export function Link({ href, current, title, children, ...rest }: LinkProps): JSX.Element {
  const { router } = useApp();
  const follow = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey &&
      !event.altKey;
    if (!plain) return;
    event.preventDefault();
    router.navigate(href);
  };
  return (
    <a
      href={href}
      class={rest.class}
      title={title}
      onClick={follow}
      aria-current={current ? "page" : undefined}
    >
      {children}
    </a>
  );
}
