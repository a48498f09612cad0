import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { serveApp } from "../../server/listen.ts";
import { Lab } from "./lab.ts";
import { SseReader } from "./sse_reader.ts";

const app = new Hono().get("/", (c) => c.text("hello"));

Deno.test("serveApp() listens on this machine only and says its address", async () => {
  await using server = serveApp(app, 0);
  assertEquals(server.url, `http://127.0.0.1:${server.port}`);
  assertEquals(server.busyPort, null);
  assertEquals(await (await fetch(server.url)).text(), "hello");
});

Deno.test("serveApp() takes the next free port, and says that the one asked for is busy", async () => {
  await using first = serveApp(app, 0);
  await using second = serveApp(app, first.port);
  assertEquals(second.busyPort, first.port);
  assertEquals(second.port > first.port && second.port <= first.port + 20, true);
  assertEquals(await (await fetch(second.url)).text(), "hello");
});

Deno.test("serveApp() refuses what is no port", () => {
  for (const port of [-1, 65_536, 1.5, NaN]) {
    assertThrows(
      () => serveApp(app, port),
      RangeError,
      `Cannot serve on port ${port}: expected a whole number from 0 to 65535`,
    );
  }
});

Deno.test("ServedApp.close() ends streams too, and frees the port", async () => {
  using lab = new Lab();
  const training = lab.train();
  const server = serveApp(lab.app, 0);
  const response = await fetch(`${server.url}/api/runs/${training.id}/stream`);
  const reader = new SseReader(response.body!);
  await reader.events(1);
  const rest = reader.next().catch(() => null);
  await server.close();
  assertEquals(await rest, null);
  await assertRejects(() => fetch(server.url));
});

Deno.test("a server answers a real request under its own address and refuses a rebound name", async () => {
  using lab = new Lab();
  await using server = serveApp(lab.app, 0);
  const statusFor = async (host: string) => {
    using socket = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const request = `GET /api/runs HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
    await socket.write(new TextEncoder().encode(request));
    const start = new Uint8Array(12);
    await socket.read(start);
    return new TextDecoder().decode(start).slice(9);
  };
  assertEquals(await statusFor(`127.0.0.1:${server.port}`), "200");
  assertEquals(await statusFor(`evil.example:${server.port}`), "403");
});
