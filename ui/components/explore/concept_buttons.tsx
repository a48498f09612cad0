import type { JSX } from "preact";
import type { ExploreState } from "../../state/explore/explore.ts";
import { CONCEPTS, type LatentText } from "../../state/explore/view.ts";

interface ConceptButtonsProps {
  readonly explore: ExploreState;
  readonly text: LatentText;
}

/** Makes a picture an exemplar of A, B or C, or no longer: what dragging it does. */
export function ConceptButtons({ explore, text }: ConceptButtonsProps): JSX.Element {
  const { concepts } = explore.arithmetic;
  return (
    <div class="concept-buttons" role="group" aria-label="Exemplar of">
      {CONCEPTS.map((concept) => (
        <button
          key={concept}
          type="button"
          aria-pressed={concepts[concept].has(text)}
          aria-label={`Exemplar of ${concept.toUpperCase()}`}
          onClick={() => concepts[concept].toggle(text)}
        >
          {concept.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
