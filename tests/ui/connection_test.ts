import { assertEquals } from "@std/assert";
import { LiveStream } from "../../ui/state/connection.ts";
import { FakeClock, FakeTransport, stepEvent, stored } from "./fakes.ts";

function connect() {
  const clock = new FakeClock();
  const transport = new FakeTransport();
  const received: number[] = [];
  const statuses: string[] = [];
  const stream = new LiveStream({
    clock,
    open: (after, listener) => transport.stream("run", after, listener),
    receive: ({ id }) => received.push(id),
    ended: (status) => statuses.push(status),
  });
  return { clock, transport, received, statuses, stream };
}

Deno.test("LiveStream says how it stands: connecting, live, ended", () => {
  const { transport, statuses, stream } = connect();
  stream.start(5);
  assertEquals(stream.state.value, { state: "connecting" });
  transport.live.listener.opened();
  assertEquals(stream.state.value, { state: "live" });
  transport.live.listener.ended("completed");
  assertEquals(stream.state.value, { state: "ended" });
  assertEquals(statuses, ["completed"]);
  assertEquals(transport.live.open, false);
});

Deno.test("LiveStream goes on behind the last event after a break, without repeats", async () => {
  const { clock, transport, received, stream } = connect();
  stream.start(5);
  const { listener } = transport.live;
  listener.opened();
  listener.event(stored(6, stepEvent(1)));
  listener.event(stored(7, stepEvent(2)));
  listener.lost();
  assertEquals(stream.state.value, { state: "waiting", seconds: 1 });
  await clock.pass(1000);
  assertEquals(transport.streams.map(({ after }) => after), [5, 7]);
  transport.live.listener.opened();
  transport.live.listener.event(stored(7, stepEvent(2)));
  transport.live.listener.event(stored(8, stepEvent(3)));
  assertEquals(received, [6, 7, 8]);
});

Deno.test("LiveStream waits longer after each failure, counts down, and retries when told", async () => {
  const { clock, transport, stream } = connect();
  stream.start(0);
  const waits: number[] = [];
  for (let i = 0; i < 6; i++) {
    transport.live.listener.lost();
    const { value } = stream.state;
    if (value.state === "waiting") waits.push(value.seconds);
    stream.retry();
  }
  assertEquals(waits, [1, 2, 4, 8, 15, 15]);
  transport.live.listener.lost();
  await clock.pass(3000);
  assertEquals(stream.state.value, { state: "waiting", seconds: 12 });
  stream.retry();
  transport.live.listener.opened();
  transport.live.listener.lost();
  assertEquals(stream.state.value, { state: "waiting", seconds: 1 });
});

Deno.test("LiveStream.end() closes the stream and forgets the wait", async () => {
  const { clock, transport, stream } = connect();
  stream.start(0);
  transport.live.listener.lost();
  stream.end();
  await clock.pass(60_000);
  assertEquals(transport.streams.length, 1);
  assertEquals(stream.state.value, { state: "ended" });
});
