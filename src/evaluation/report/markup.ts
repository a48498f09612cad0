/** HTML by tagged templates: what is put in is text, and escaped, unless it is markup itself. */

/** Text that is HTML already. */
export class Markup {
  constructor(readonly html: string) {}

  toString(): string {
    return this.html;
  }
}

type Content = Markup | string | number | null | readonly Content[];

function render(content: Content): string {
  if (content === null) return "";
  if (content instanceof Markup) return content.html;
  if (typeof content === "object") return content.map(render).join("");
  return String(content).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}

/** Lists are joined without anything between; null is nothing. Attributes stand in quotes. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...contents.map(render)));
}
