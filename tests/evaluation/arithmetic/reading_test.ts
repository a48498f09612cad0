import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  parseReading,
  type ReadClassifier,
  toldReadings,
} from "../../../src/evaluation/arithmetic/reading.ts";
import type { ClassifiedAttribute } from "../../../src/metrics/classifier/telling.ts";
import { worldClassifier } from "./linear_world.ts";

const classifier = await worldClassifier();

Deno.test("parseReading() reads names, and numbers with a bound", () => {
  const hat = parseReading("hat", classifier);
  assertEquals([hat.name, hat.column, hat.threshold, hat.balancedAccuracy], ["hat", 1, 0.5, 1]);
  const old = parseReading("age >= -0.50", classifier);
  assertEquals([old.name, old.column, old.threshold], ["age>=-0.5", 4, -0.5]);
  assert(old.balancedAccuracy > 0.85 && old.balancedAccuracy < 1, `${old.balancedAccuracy}`);
});

Deno.test("parseReading() says what is wrong, and what was meant", () => {
  const read = (text: string) => () => parseReading(text, classifier);
  assertThrows(
    read("smilling"),
    RangeError,
    'the classifier knows no "smilling". Did you mean "smiling"',
  );
  assertThrows(
    read("age"),
    RangeError,
    'it is a number. Say from where on it counts, such as "age>=0"',
  );
  assertThrows(read("hat>=1"), RangeError, '"hat" is yes or no, and takes no bound');
  assertThrows(read("age>=99"), RangeError, "no held-out image tells age below 99 from above");
  assertThrows(
    read("vague"),
    RangeError,
    "the classifier cannot tell it. Its balanced accuracy on held-out images is 50.0 %, expected 80.0 %",
  );
});

Deno.test("parseReading() takes a name with a bound in it as the name it is", () => {
  const attributes = classifier.attributes.map((attribute, k) =>
    k === 1 ? { ...attribute, name: "age>=40" } : attribute
  );
  assertEquals(parseReading("age>=40", { ...classifier, attributes }).column, 1);
});

Deno.test("toldReadings() takes of a choice between two the rarer one, and all of more", () => {
  const option = (name: string, choice: string, mean: number): ClassifiedAttribute => (
    { ...classifier.attributes[0]!, name, choice, mean }
  );
  const attributes = [
    ...[option("smile", "folder", 0.28), option("nosmile", "folder", 0.72)],
    ...[option("red", "hair", 0.2), option("brown", "hair", 0.3), option("grey", "hair", 0.5)],
  ];
  const choices: ReadClassifier = { ...classifier, attributes };
  assertEquals(toldReadings(choices).map(({ name }) => name), ["smile", "red", "brown", "grey"]);
  assertAlmostEquals(toldReadings(choices)[0]!.threshold, 0.28, 1e-12);
});
