import { assertEquals } from "@std/assert";
import { effect } from "@preact/signals";
import { createRouter } from "../../ui/router.ts";
import { editQuery, numberCodec, queryField, wordCodec } from "../../ui/state/query_state.ts";
import { FakeAddressBar } from "./fakes.ts";

const TRUNCATION = numberCodec({ initial: 1, least: 0, most: 2, decimals: 2 });

Deno.test("queryField() reads the address, writes it, and leaves defaults out", () => {
  const router = createRouter(new FakeAddressBar("/explore/a?psi=0.7&x=1"));
  const psi = queryField(router, "psi", TRUNCATION, 1);
  assertEquals(psi.value.value, 0.7);
  psi.set(0.501);
  assertEquals(router.query.value, "psi=0.5&x=1");
  assertEquals(psi.value.value, 0.5);
  psi.set(1);
  assertEquals(router.query.value, "x=1");
  assertEquals(psi.value.value, 1);
});

Deno.test("queryField() tells its readers only of its own changes", () => {
  const router = createRouter(new FakeAddressBar("/explore/a"));
  const picks = queryField(router, "picks", {
    parse: (text) => text.split(","),
    format: (value: readonly string[]) => value.join(","),
  }, []);
  let told = 0;
  const stop = effect(() => {
    picks.value.value;
    told++;
  });
  editQuery(router, { other: "1" });
  assertEquals(told, 1);
  picks.set(["1", "5"]);
  editQuery(router, { other: "2", third: "3" });
  assertEquals(told, 2);
  assertEquals(router.query.value, "other=2&picks=1,5&third=3");
  stop();
});

Deno.test("numberCodec() takes what anybody may have written", () => {
  const parsed = ["0.333", "-1", "7", "x", "1e5", "NaN", "Infinity", " 1"].map(TRUNCATION.parse);
  assertEquals(parsed, [0.33, 0, 2, 1, 1, 1, 1, 1]);
});

Deno.test("wordCodec() takes the first word for an unknown one", () => {
  const codec = wordCodec(["ema", "raw"]);
  assertEquals([codec.parse("raw"), codec.parse("both")], ["raw", "ema"]);
});
