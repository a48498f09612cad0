/** What a network says of attributes: which it answers, and where in its answers each one stands. */

/** An attribute as a network knows it. */
export interface AttributeSpec {
  readonly name: string;
  readonly kind: "binary" | "continuous";
  /** The choice that it is one option of; null where it is yes or no by itself, or a number. */
  readonly choice: string | null;
  /** The attribute whose amount or kind it is; null where it stands for itself. */
  readonly of: string | null;
  /** Whether it says who is shown, rather than pose, expression, dress or surroundings. */
  readonly identity: boolean;
}

/**
 * Whether one of two attributes says something of the other by its meaning: options of one choice, an
 * amount and what it is the amount of. Of each other they are no evidence.
 */
export function areRelated(a: AttributeSpec, b: AttributeSpec): boolean {
  const tied = (a: AttributeSpec, b: AttributeSpec) =>
    a.of !== null && [b.name, b.of].includes(a.of);
  return a.name === b.name || (a.choice !== null && a.choice === b.choice) || tied(a, b) ||
    tied(b, a);
}

/** Columns from `from` on, `count` of them. */
export interface Columns {
  readonly from: number;
  readonly count: number;
}

/** The columns of answers, [B, K]: first yes-or-no questions, then choices, then numbers. */
export interface AnswerLayout {
  readonly count: number;
  readonly binary: Columns;
  /** One option a column. */
  readonly choices: readonly (Columns & { readonly name: string })[];
  readonly continuous: Columns;
}

/** Puts attributes into the order of an answer's columns; otherwise they keep theirs. */
export function inAnswerOrder<Spec extends AttributeSpec>(attributes: readonly Spec[]): Spec[] {
  const alone = ({ kind, choice }: Spec) => kind === "binary" && choice === null;
  const choices = new Set(attributes.flatMap(({ choice }) => choice ?? []));
  return [
    ...attributes.filter(alone),
    ...[...choices].flatMap((name) => attributes.filter(({ choice }) => choice === name)),
    ...attributes.filter(({ kind }) => kind === "continuous"),
  ];
}

/** Where each of these attributes stands. Throws a RangeError where they are not in answer order. */
export function answerLayout(attributes: readonly AttributeSpec[]): AnswerLayout {
  const ordered = inAnswerOrder(attributes);
  const odd = attributes.findIndex((attribute, i) => attribute !== ordered[i]);
  if (odd >= 0 || ordered.length !== attributes.length) {
    throw new RangeError(
      `Cannot lay out answers: expected yes-or-no attributes, then choices, then numbers, each once; ` +
        `got "${attributes[Math.max(odd, 0)]?.name}" out of place`,
    );
  }
  const columnsOf = (belongs: (spec: AttributeSpec) => boolean): Columns => {
    const from = attributes.findIndex(belongs);
    return { from: Math.max(from, 0), count: attributes.filter(belongs).length };
  };
  const names = [...new Set(attributes.flatMap(({ choice }) => choice ?? []))];
  return {
    count: attributes.length,
    binary: columnsOf(({ kind, choice }) => kind === "binary" && choice === null),
    choices: names.map((name) => ({ name, ...columnsOf(({ choice }) => choice === name) })),
    continuous: columnsOf(({ kind }) => kind === "continuous"),
  };
}
