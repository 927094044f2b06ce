import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { gauge } from "@meerkat/telemetry/metrics";
import { afterEach, expect, it } from "vitest";
import { type OperationsPages, StartupError, startOperationsServer } from "../src/index.ts";

const opened: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

const PAGES: OperationsPages = {
  health: () => ({ ok: true, detail: "LEADING" }),
  metrics: () => [gauge("answers", "All there is", () => 42)],
};

async function start(pages: OperationsPages = PAGES): Promise<string> {
  const port = await freePort();
  const config = { MEERKAT_HEALTH_HOST: "127.0.0.1", MEERKAT_HEALTH_PORT: port };
  const server = await startOperationsServer(config, pages);
  if (server !== undefined) opened.push(server);
  return `http://127.0.0.1:${port}`;
}

it("serves /health, with 503 when the process is not well", async () => {
  const url = await start();
  const well = await fetch(`${url}/health`);
  expect([well.status, await well.json()]).toEqual([200, { ok: true, detail: "LEADING" }]);
  const other = await start({ ...PAGES, health: () => ({ ok: false, detail: "LOOKING" }) });
  expect((await fetch(`${other}/health`)).status).toBe(503);
});

it("serves /metrics", async () => {
  const answer = await fetch(`${await start()}/metrics`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(await answer.text()).toBe(
    "# HELP answers All there is\n# TYPE answers gauge\nanswers 42\n",
  );
});

it("says what it serves to whoever asks for something else", async () => {
  const answer = await fetch(`${await start()}/`);
  expect([answer.status, await answer.text()]).toEqual([
    404,
    '{"detail":"Only /health and /metrics are served here."}\n',
  ]);
});

it("is not there without a port, and says which port is taken", async () => {
  const config = { MEERKAT_HEALTH_HOST: "127.0.0.1", MEERKAT_HEALTH_PORT: 0 };
  expect(await startOperationsServer(config, PAGES)).toBeUndefined();
  const taken = createServer().listen(0, "127.0.0.1");
  opened.push(taken);
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as AddressInfo;
  const failing = startOperationsServer({ ...config, MEERKAT_HEALTH_PORT: port }, PAGES);
  await expect(failing).rejects.toThrow(StartupError);
  await expect(failing).rejects.toThrow(`/health and /metrics on 127.0.0.1:${port}`);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
