import { setTimeout } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { HttpLimits } from "../../src/http/options.ts";
import { RawSocket } from "./harness/raw-socket.ts";
import { startServer, type TestServer } from "./harness/start.ts";

const running: TestServer[] = [];

async function listen(limits: Partial<HttpLimits> = {}): Promise<TestServer> {
  const started = await startServer({ limits });
  running.push(started);
  await started.server.listen({ port: 0, host: "127.0.0.1" });
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ server }) => server.close()));
});

const DEADLINE_MS = 20_000;

/** For what happens inside the server without a sign: asks again until it holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const startMs = performance.now();
  while (!(await holds())) {
    if (performance.now() - startMs > DEADLINE_MS) throw new Error("it did not come to hold");
    await setTimeout(10);
  }
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const problemOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));

it("keeps raw bytes as they are, in and out", async () => {
  const { server } = await listen();
  using socket = await RawSocket.open(server);
  const bytes = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join("");
  const head = "Host: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 256\r\n\r\n";
  socket.write(`POST /v1/znodes/bytes HTTP/1.1\r\n${head}${bytes}`);
  await socket.untilReceived(/"czxid"/);
  socket.write(
    "GET /v1/znodes/bytes HTTP/1.1\r\nHost: x\r\nAccept: application/octet-stream\r\n" +
      "Connection: close\r\n\r\n",
  );
  const answer = await socket.untilClosed();
  expect(answer.endsWith(`\r\n\r\n${bytes}`)).toBe(true);
  expect(answer.toLowerCase()).toContain("meerkat-stat-datalength: 256");
});

it("sets empty data with an empty raw body", async () => {
  const { server } = await listen();
  using socket = await RawSocket.open(server);
  await server.inject({ method: "POST", url: "/v1/znodes/a", payload: { data: "x" } });
  socket.write(
    "PUT /v1/znodes/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n" +
      "Content-Length: 0\r\nConnection: close\r\n\r\n",
  );
  const answer = await socket.untilClosed();
  expect(statusOf(answer)).toBe(200);
  expect(problemOf(answer).stat).toMatchObject({ version: 1, dataLength: 0 });
});

it.each([
  ["no HTTP at all", "hello\r\n\r\n", 400],
  ["a header without a colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n", 400],
  ["two lengths", "PUT /a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400],
  ["a negative length", "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400],
  [
    "length and chunks",
    "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    400,
  ],
  ["too long headers", `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`, 431],
])("answers %s with a problem and closes", async (_, text, status) => {
  const { server } = await listen();
  using socket = await RawSocket.open(server);
  socket.write(text);
  const answer = await socket.untilClosed();
  expect(statusOf(answer)).toBe(status);
  expect(answer.toLowerCase()).toContain("content-type: application/problem+json");
  expect(problemOf(answer)).toMatchObject({ status, code: "BadArguments" });
});

it.each([
  ["a relative component", "GET /v1/znodes/app/../x"],
  ["bytes that are not encoded", "GET /v1/znodes/\u00c3\u00bc"],
])("refuses a URL with %s", async (_, line) => {
  const { server } = await listen();
  using socket = await RawSocket.open(server);
  socket.write(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const answer = await socket.untilClosed();
  expect(problemOf(answer)).toMatchObject({ status: 400, code: "BadArguments" });
});

it("refuses a body that is announced too long without waiting for it", async () => {
  const { server } = await listen({ bodyBytesMax: 1000 });
  using socket = await RawSocket.open(server);
  socket.write(
    "PUT /v1/znodes/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n" +
      "Content-Length: 1001\r\n\r\nfirst",
  );
  const answer = await socket.untilReceived(/HTTP_BODY_BYTES_MAX/);
  expect(statusOf(answer)).toBe(413);
});

it("refuses a chunked body as soon as it is too long", async () => {
  const { server } = await listen({ bodyBytesMax: 1000 });
  using socket = await RawSocket.open(server);
  const chunk = `200\r\n${"x".repeat(512)}\r\n`;
  socket.write(
    "PUT /v1/znodes/a HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n" +
      `Transfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`,
  );
  expect(statusOf(await socket.untilReceived(/HTTP_BODY_BYTES_MAX/))).toBe(413);
});

it("gives up a request that does not come in time", async () => {
  const { server } = await listen({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
  using slowHead = await RawSocket.open(server);
  using slowBody = await RawSocket.open(server);
  slowHead.write("GET /v1/znodes/ HTTP/1.1\r\nHost:");
  slowBody.write(
    "PUT /v1/znodes/a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nx",
  );
  const answers = await Promise.all([slowHead.untilClosed(), slowBody.untilClosed()]);
  expect(answers.map(statusOf)).toEqual([408, 408]);
  expect(problemOf(answers[0])).toMatchObject({ code: "RequestTimeout" });
});

it("refuses bodies beyond the memory for bodies, and takes them again when there is room", async () => {
  const { server } = await listen({ bodyBytesMax: 100_000, bodiesBytesMax: 100_000 });
  const head = (length: number) =>
    "PUT /v1/znodes/a?create=true HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n" +
    `Content-Length: ${length}\r\n\r\n`;
  using first = await RawSocket.open(server);
  first.write(`${head(60_000)}x`);
  using second = await RawSocket.open(server);
  await until(async () => {
    using probe = await RawSocket.open(server);
    probe.write(head(60_000));
    const answer = await Promise.race([probe.untilReceived(/\r\n\r\n/), setTimeout(50, "")]);
    return statusOf(answer) === 503 && /retry-after: 1/i.test(answer);
  });
  first.write("x".repeat(59_999));
  await first.untilReceived(/"czxid"/);
  second.write(`${head(60_000)}${"y".repeat(60_000)}`);
  expect(statusOf(await second.untilReceived(/"czxid"/))).toBe(200);
});

it("gives back the memory of bodies whose connection broke in the middle of a pipeline", async () => {
  const { server } = await listen({ bodyBytesMax: 100_000, bodiesBytesMax: 100_000 });
  const put = (length: number) =>
    "PUT /v1/znodes/a?create=true HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n" +
    `Content-Length: ${length}\r\n\r\n${"x".repeat(length)}`;
  for (let round = 0; round < 5; round += 1) {
    using broken = await RawSocket.open(server);
    broken.write(`${put(40_000)}${put(40_000).slice(0, 20_000)}`);
    await broken.untilReceived(/"czxid"/);
  }
  await until(async () => {
    using probe = await RawSocket.open(server);
    probe.write(put(90_000));
    return /"czxid"/.test(await probe.untilReceived(/\r\n\r\n\{.*\}/s));
  });
});

it("keeps no more answers for slow readers than there is memory for", async () => {
  const bytes = 1024 * 1024;
  const { server } = await listen({ answersBytesMax: 8 * bytes });
  const url = "/v1/znodes/big";
  const created = await server.inject({ method: "POST", url, payload: Buffer.alloc(bytes, "x") });
  expect(created.statusCode).toBe(201);
  const accept = "application/octet-stream";
  const statusNow = async () =>
    (await server.inject({ method: "GET", url, headers: { accept } })).statusCode;
  using slow = await RawSocket.open(server);
  slow.socket.pause();
  const get = `GET ${url} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\n\r\n`;
  // The buffers of the sockets take the first ones.
  await until(async () => {
    slow.write(get.repeat(8));
    return (await statusNow()) === 503;
  });
  slow.socket.destroy();
  await until(async () => (await statusNow()) === 200);
});

it("closes connections beyond the limit", async () => {
  const { server } = await listen({ connectionsMax: 1 });
  using first = await RawSocket.open(server);
  first.write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
  await first.untilReceived(/live/);
  using second = await RawSocket.open(server);
  expect(await second.untilClosed()).toBe("");
  expect(first.socket.closed).toBe(false);
});

it("answers pipelined requests in their order", async () => {
  const { server } = await listen();
  using socket = await RawSocket.open(server);
  const create = (name: string) =>
    `POST /v1/znodes/${name} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`;
  const last = "GET /v1/znodes/c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  socket.write(create("a") + create("b") + create("c") + last);
  const answer = await socket.untilClosed();
  const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
  expect(statuses).toEqual(["201", "201", "201", "200"]);
});

it("takes the absolute form of a URL, as proxies send it", async () => {
  const { server } = await listen();
  using socket = await RawSocket.open(server);
  socket.write("GET http://x/v1/znodes/zookeeper/quota?consistency=local HTTP/1.1\r\nHost: x\r\n");
  socket.write("Connection: close\r\n\r\n");
  expect(problemOf(await socket.untilClosed()).path).toBe("/zookeeper/quota");
});

it("gives HEAD the headers of GET", async () => {
  const { server } = await listen();
  await server.inject({ method: "POST", url: "/v1/znodes/a", payload: { data: "hello" } });
  for (const accept of ["application/json", "application/octet-stream"]) {
    const url = "/v1/znodes/a";
    const get = await server.inject({ method: "GET", url, headers: { accept } });
    const head = await server.inject({ method: "HEAD", url, headers: { accept } });
    expect({ ...head.headers, date: "" }).toEqual({ ...get.headers, date: "" });
    expect(head.body).toBe("");
  }
});
