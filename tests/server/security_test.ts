import { assertEquals, assertStringIncludes } from "@std/assert";
import { Lab } from "./lab.ts";

/** Status of GET /api/runs, or of another request, with these headers. */
async function statusOf(headers: Record<string, string>, method = "GET"): Promise<number> {
  using lab = new Lab();
  const response = await lab.app.request("/api/runs", { method, headers });
  await response.body?.cancel();
  return response.status;
}

Deno.test("localOnly() lets this machine's names through, with any port", async () => {
  for (const host of ["localhost", "127.0.0.1:8000", "LOCALHOST:9", "[::1]:8000"]) {
    assertEquals(await statusOf({ host }), 200, host);
  }
});

Deno.test("localOnly() refuses every other Host: a rebound name must not read runs", async () => {
  const foreign = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "localhost.",
    "127.0.0.1.nip.io",
    "192.168.1.5:8000",
    "localhost@evil.example",
    "0.0.0.0:8000",
    "localhost:8000:1",
  ];
  for (const host of foreign) assertEquals(await statusOf({ host }), 403, host);
});

Deno.test("localOnly() refuses foreign origins, also of another port of this machine", async () => {
  const host = "127.0.0.1:8000";
  assertEquals(await statusOf({ host, origin: "http://127.0.0.1:8000" }), 200);
  const foreign = [
    "https://evil.example",
    "http://127.0.0.1:9000",
    "http://localhost:8000",
    "https://127.0.0.1:8000",
    "null",
    "",
  ];
  for (const origin of foreign) assertEquals(await statusOf({ host, origin }), 403, origin);
});

Deno.test("localOnly() refuses scripts, images and forms of other sites, and lets links in", async () => {
  const fetched = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" };
  assertEquals(await statusOf(fetched), 403);
  assertEquals(await statusOf({ ...fetched, "sec-fetch-site": "same-site" }), 403);
  assertEquals(await statusOf({ ...fetched, "sec-fetch-site": "same-origin" }), 200);
  const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  assertEquals(await statusOf({ ...link, "sec-fetch-dest": "document" }), 200);
  assertEquals(await statusOf({ ...link, "sec-fetch-dest": "iframe" }), 403);
  assertEquals(await statusOf({ ...link, "sec-fetch-dest": "document" }, "POST"), 403);
});

Deno.test("localOnly() keeps another site from stopping a run", async () => {
  using lab = new Lab();
  const training = lab.train();
  const response = await lab.app.request(`/api/runs/${training.id}/stop`, {
    method: "POST",
    headers: { origin: "https://evil.example" },
  });
  assertEquals(response.status, 403);
  assertEquals(await response.json(), {
    error: 'Refused Origin "https://evil.example": expected http://localhost. ' +
      "Open the page by its own address",
  });
  assertEquals(training.writer.stopRequested(), false);
});

Deno.test("securityHeaders() are on every answer, refusals included", async () => {
  using lab = new Lab();
  const answers = [
    await lab.get("/api/runs"),
    await lab.get("/api/nothing"),
    await lab.get("/api/runs", { host: "evil.example" }),
    await lab.get(`/api/runs/${lab.train().id}/stream`),
  ];
  for (const { headers, body } of answers) {
    const policy = headers.get("content-security-policy")!;
    for (
      const part of [
        ...["default-src 'self'", "img-src 'self' data: blob:", "object-src 'none'"],
        ...["base-uri 'none'", "frame-ancestors 'none'", "worker-src 'self'"],
      ]
    ) assertStringIncludes(policy, part);
    const unsafe = policy.match(/[^\s;]*unsafe[^\s;]*/g);
    assertEquals(unsafe, ["'wasm-unsafe-eval'"]); // compiles WebAssembly; evaluates no text
    assertEquals(headers.get("cross-origin-embedder-policy"), "require-corp");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
    assertEquals(headers.get("cross-origin-resource-policy"), "same-origin");
    assertEquals(headers.get("access-control-allow-origin"), null);
    await body?.cancel();
  }
});

Deno.test("no address leads out of a run's folder", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 1, checkpointEverySteps: 1 });
  await training.advance(1);
  Deno.writeTextFileSync(`${lab.root}/secret.png`, "secret");
  Deno.writeTextFileSync(`${lab.root}/000002.png`, "secret");
  const run = `/api/runs/${training.id}`;
  const addresses = [
    "/api/runs/..%2f",
    "/api/runs/%2e%2e",
    "/api/runs/..%5c..",
    `/api/runs/.%00`,
    "/api/runs/%2fetc/checkpoints",
    `${run}/samples/..%2f..%2fsecret.png`,
    `${run}/samples/%2e%2e%2f%2e%2e%2f000002.png`,
    `${run}/samples/000001.png%00`,
    `${run}/samples/%00000001.png`,
    `${run}/samples/..%5c..%5c000002.png`,
    `${run}/samples/1.png`,
    `${run}/samples/0x0001.png`,
    `${run}/checkpoints/000001/..%2f..%2f..%2fsecret.png`,
    `${run}/checkpoints/000001/checkpoint.json`,
    `${run}/checkpoints/000001/ema/..%2fgenerator.safetensors`,
    `${run}/checkpoints/..%2fsamples/000001.png`,
    `${run}/checkpoints/000001/other/model.json`,
    `${run}/events.sqlite`,
    `${run}/run.json`,
    "/assets/..%2findex.html",
    "/%2e%2e/deno.json",
  ];
  for (const address of addresses) {
    const response = await lab.get(address);
    assertEquals(response.status, 404, address);
    assertEquals((await response.text()).includes("secret\n"), false);
  }
});

Deno.test("a link in a run's folder is not followed out of it", async () => {
  using lab = new Lab();
  const training = lab.train({ sampleEverySteps: 1, checkpointEverySteps: 1 });
  await training.advance(1);
  const outside = `${lab.root}/outside`;
  Deno.writeTextFileSync(outside, "secret");
  const { folder, id } = training.writer;
  for (const file of ["samples/000001.png", "checkpoints/000001/generator.safetensors"]) {
    Deno.removeSync(`${folder}/${file}`);
    Deno.symlinkSync(outside, `${folder}/${file}`);
    const [status, text] = await lab.refusal(`/api/runs/${id}/${file}`);
    assertEquals(status, 404, file);
    assertStringIncludes(text, "it leads out of the run's folder");
  }
  Deno.symlinkSync("/etc", `${lab.root}/linked`);
  assertEquals((await lab.refusal("/api/runs/linked/samples/000001.png"))[0], 404);
});
