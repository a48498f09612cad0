import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import type { RunRecord } from "../../src/core/protocol.ts";
import { parseRecord, readRecord, writeRecord } from "../../src/runs/record.ts";
import { StorageError } from "../../src/runs/storage_error.ts";
import { RUN_INIT, temporaryFolder } from "./fixtures.ts";

const RECORD: RunRecord = {
  version: 1,
  id: "20261120-235518-dcgan-faces-k3f9",
  createdAt: "2026-11-20T23:55:18.000Z",
  updatedAt: "2026-11-20T23:56:00.000Z",
  status: "running",
  step: 3,
  metrics: { "loss/generator": 0.7 },
  best: null,
  ...RUN_INIT,
};

Deno.test("readRecord() gives back what writeRecord() took, less figures that are not finite", () => {
  using folder = temporaryFolder();
  const metrics = { "loss/generator": 0.7, "loss/discriminator": NaN, "images/s": Infinity };
  writeRecord(folder.path, { ...RECORD, metrics, message: "so it goes" });
  assertEquals(readRecord(folder.path), { ...RECORD, message: "so it goes" });
  writeRecord(folder.path, { ...RECORD, device: null, data: null });
  assertEquals(readRecord(folder.path), { ...RECORD, device: null, data: null });
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["run.json"]);
});

Deno.test("readRecord() finds no best checkpoint in a record that was written without", () => {
  const { best: _, ...older } = RECORD;
  assertEquals(parseRecord(JSON.stringify(older), "run.json"), RECORD);
  const best = { step: 2, metric: "fcd-lab-10k", value: 12.5 };
  assertEquals(parseRecord(JSON.stringify({ ...RECORD, best }), "run.json").best, best);
});

Deno.test("writeRecord() never writes interrupted", () => {
  using folder = temporaryFolder();
  assertThrows(() => writeRecord(folder.path, { ...RECORD, status: "interrupted" }), RangeError);
});

Deno.test("readRecord() says which folder has none", () => {
  using folder = temporaryFolder();
  assertThrows(() => readRecord(folder.path), StorageError, "there is no run.json in it");
  assertThrows(() => readRecord(join(folder.path, "gone")), StorageError, "gone");
});

Deno.test("parseRecord() names the file, the key and what is wrong", () => {
  const refused = (change: object, ...parts: string[]) => {
    const text = JSON.stringify({ ...RECORD, ...change });
    for (const part of ['"/runs/x/run.json"', ...parts]) {
      assertThrows(() => parseRecord(text, "/runs/x/run.json"), StorageError, part);
    }
  };
  refused({ version: 2 }, "expected version 1, got 2", "A newer Atelier");
  refused({ version: undefined }, "expected version 1, got none");
  refused({ step: -1 }, "step: ");
  refused({ status: "interrupted" }, "status: ");
  refused({ device: { ...RECORD.device, backend: "abacus" } }, "device.backend: ");
  refused({ surplus: 1 }, "surplus");
  refused({ createdAt: "yesterday" }, "createdAt: ");
  assertThrows(() => parseRecord('{"version":', "run.json"), StorageError, "it is not JSON");
  assertThrows(() => parseRecord("null", "run.json"), StorageError, "got none");
});
