import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  MOST_ZOOM,
  originOf,
  panned,
  WHOLE,
  within,
  type Zoom,
  zoomCodec,
  zoomedAt,
} from "../../../ui/state/compare/zoom.ts";

/** What of the whole is under a point of the frame. */
function under(zoom: Zoom, x: number, y: number): [number, number] {
  const { left, top } = originOf(zoom);
  return [(x - left) / zoom.scale, (y - top) / zoom.scale];
}

function assertSame(actual: readonly number[], expected: readonly number[]): void {
  actual.forEach((value, i) => assertAlmostEquals(value, expected[i]!, 1e-9));
}

Deno.test("zoomedAt() leaves what is under the pointer where it is", () => {
  const once = zoomedAt(WHOLE, 2.5, 0.2, 0.9);
  assertEquals(once.scale, 2.5);
  assertSame(under(once, 0.2, 0.9), [0.2, 0.9]);
  const twice = zoomedAt(once, 1.7, 0.6, 0.3);
  assertSame(under(twice, 0.6, 0.3), under(once, 0.6, 0.3));
  const back = zoomedAt(twice, 1 / 1.7, 0.6, 0.3);
  assertSame([back.scale, back.x, back.y], [once.scale, once.x, once.y]);
});

Deno.test("zoomedAt() stays between the whole and the most", () => {
  assertEquals(zoomedAt(WHOLE, 0.1, 0.3, 0.3), WHOLE);
  assertEquals(zoomedAt(WHOLE, 1e9, 0.5, 0.5).scale, MOST_ZOOM);
  assertEquals(zoomedAt({ scale: 2, x: 0.25, y: 0.75 }, 0.01, 0.9, 0.1), WHOLE);
});

Deno.test("panned() moves with the hand, and never past an edge", () => {
  const zoom = { scale: 4, x: 0.5, y: 0.5 };
  const moved = panned(zoom, 0.2, -0.1);
  assertSame(under(moved, 0.7, 0.4), under(zoom, 0.5, 0.5));
  assertEquals(panned(zoom, 9, -9), { scale: 4, x: 0.125, y: 0.875 });
  assertEquals(panned(WHOLE, 0.4, 0.4), WHOLE);
});

Deno.test("zoomCodec brings a zoom back from the address, and the whole from anything else", () => {
  const zoom = { scale: 2.5, x: 0.3125, y: 0.61 };
  assertEquals(zoomCodec.format(zoom), "2.5:0.3125:0.61");
  assertEquals(zoomCodec.parse(zoomCodec.format(zoom)), zoom);
  assertEquals(zoomCodec.format(WHOLE), "");
  for (const text of ["x", "2:0.5", "2:0.5:0.5:1", "2:y:0.5"]) {
    assertEquals(zoomCodec.parse(text), WHOLE, text);
  }
  assertEquals(zoomCodec.parse("2:0:1"), within({ scale: 2, x: 0, y: 1 }));
  assertEquals(zoomCodec.parse("1e9:0.5:0.5").scale, MOST_ZOOM);
});
