import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { download, DownloadError, type RemoteFile } from "../../data/download.ts";
import { sha256Hex } from "../../src/core/fs.ts";
import { type Answer, Mirror } from "./mirror.ts";
import { TemporaryFolder } from "./pictures.ts";

const CONTENT = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
const SHA256 = await sha256Hex(CONTENT);

/** A folder, mirrors that answer so, and the file they offer. */
function setUp(...answers: Answer[][]) {
  const folder = new TemporaryFolder();
  const mirrors = answers.map((each) => new Mirror(CONTENT, each));
  const file: RemoteFile = {
    urls: mirrors.map(({ url }) => `${url}file.gz`),
    bytes: CONTENT.length,
    sha256: SHA256,
  };
  const path = join(folder.path, "sub", "file.gz");
  const options = { pauseMs: 1, stallMs: 5000 };
  const close = async () => {
    folder[Symbol.dispose]();
    for (const mirror of mirrors) await mirror[Symbol.asyncDispose]();
  };
  return { folder, mirrors, file, path, options, [Symbol.asyncDispose]: close };
}

Deno.test("download() brings a file, reports bytes and leaves no part", async () => {
  await using at = setUp([{}]);
  const reports: number[] = [];
  await download(at.file, at.path, {
    ...at.options,
    onProgress: ({ done, total, unit, label }) => {
      assertEquals([total, unit, label], [CONTENT.length, "bytes", "Downloading file.gz"]);
      reports.push(done);
    },
  });
  assertEquals(Deno.readFileSync(at.path), CONTENT);
  assertEquals(at.folder.files(), ["sub/file.gz"]);
  assertEquals([reports[0], reports.at(-1)], [0, CONTENT.length]);
});

Deno.test("download() asks for nothing where the file is there", async () => {
  await using at = setUp([{}]);
  at.folder.write({ "sub/file.gz": "anything" });
  await download(at.file, at.path, at.options);
  assertEquals(at.mirrors[0]!.ranges, []);
});

Deno.test("download() goes on where a connection broke off", async () => {
  await using at = setUp([{ breakAfter: 70_000 }, { breakAfter: 50_000 }, {}]);
  await download(at.file, at.path, at.options);
  assertEquals(Deno.readFileSync(at.path), CONTENT);
  assertEquals(at.mirrors[0]!.ranges, [null, "bytes=70000-", "bytes=120000-"]);
});

Deno.test("download() goes on from the part of an earlier call", async () => {
  await using at = setUp([{}]);
  at.folder.write({ "sub/file.gz.part": CONTENT.subarray(0, 1234) });
  await download(at.file, at.path, at.options);
  assertEquals(at.mirrors[0]!.ranges, ["bytes=1234-"]);
  assertEquals(Deno.readFileSync(at.path), CONTENT);
  assertEquals(at.folder.files(), ["sub/file.gz"]);
});

Deno.test("download() takes a part that is whole, without asking", async () => {
  await using at = setUp([{ status: 500 }]);
  at.folder.write({ "sub/file.gz.part": CONTENT });
  await download(at.file, at.path, at.options);
  assertEquals(at.mirrors[0]!.ranges, []);
  assertEquals(Deno.readFileSync(at.path), CONTENT);
});

Deno.test("download() starts over where a server ignores the range", async () => {
  await using at = setUp([{ breakAfter: 70_000 }, { ignoreRange: true }]);
  await download(at.file, at.path, at.options);
  assertEquals(at.mirrors[0]!.ranges, [null, "bytes=70000-"]);
  assertEquals(Deno.readFileSync(at.path), CONTENT);
});

Deno.test("download() turns to the next mirror for wrong content, and does not keep any of it", async () => {
  await using at = setUp([{ corrupt: true }], [{}]);
  await download(at.file, at.path, at.options);
  assertEquals(at.mirrors.map(({ ranges }) => ranges), [[null], [null]]);
  assertEquals(Deno.readFileSync(at.path), CONTENT);
});

Deno.test("download() starts over when a part of an earlier call proves wrong", async () => {
  await using at = setUp([{}], [{}]);
  at.folder.write({ "sub/file.gz.part": "something else entirely" });
  await download(at.file, at.path, at.options);
  assertEquals(Deno.readFileSync(at.path), CONTENT);
});

Deno.test("download() retries a busy server, and asks a missing file of no server twice", async () => {
  await using at = setUp([{ status: 404 }], [{ status: 503 }, { status: 429 }, {}]);
  await download(at.file, at.path, at.options);
  assertEquals(at.mirrors.map(({ ranges }) => ranges.length), [1, 3]);
});

Deno.test("download() tells what every mirror answered when none has the file", async () => {
  await using at = setUp([{ status: 404 }], [{ corrupt: true }], [{ breakAfter: 10 }]);
  const error = await assertRejects(
    () => download(at.file, at.path, { ...at.options, rounds: 2 }),
    DownloadError,
  );
  const host = (i: number) => new URL(at.mirrors[i]!.url).host;
  const { message } = error as DownloadError;
  assert(message.includes(`${host(0)}: HTTP 404`), message);
  assert(message.includes(`${host(1)}: other content (sha256 `), message);
  assert(message.includes(`${host(2)}: `), message);
  assertEquals(at.folder.files(), ["sub/file.gz.part"], "what arrived is kept for the next try");
});

Deno.test("download() gives up a server that falls silent, and one that is not there", async () => {
  await using at = setUp([{ silent: true }]);
  const gone = new Mirror(CONTENT);
  const { url } = gone;
  await gone[Symbol.asyncDispose]();
  await assertRejects(
    () =>
      download({ ...at.file, urls: [...at.file.urls, url] }, at.path, {
        ...at.options,
        rounds: 1,
        stallMs: 50,
      }),
    DownloadError,
    "silent for 0.05 s",
  );
});

Deno.test("download() refuses a mirror that sends more than there is", async () => {
  await using at = setUp([{}], [{}]);
  await assertRejects(
    () => download({ ...at.file, bytes: 1000 }, at.path, at.options),
    DownloadError,
    "more than 1000 bytes",
  );
  assertEquals(at.mirrors.map(({ ranges }) => ranges.length), [1, 1]);
});

Deno.test("download() stops with the signal's reason and keeps what has arrived", async () => {
  await using at = setUp([{ breakAfter: 70_000 }]);
  const controller = new AbortController();
  await assertRejects(
    () =>
      download(at.file, at.path, {
        ...at.options,
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done > 0) controller.abort(new Error("interrupted"));
        },
      }),
    Error,
    "interrupted",
  );
  assert(!at.folder.files().includes("sub/file.gz"));
  assert(Deno.statSync(`${at.path}.part`).size > 0);
});

Deno.test("download() called twice at once brings the file once", async () => {
  await using at = setUp([{}]);
  await Promise.all([
    download(at.file, at.path, at.options),
    download(at.file, at.path, at.options),
  ]);
  assertEquals(at.mirrors[0]!.ranges.length, 1);
  assertEquals(at.folder.files().filter((name) => !name.endsWith(".part")), ["sub/file.gz"]);
});
