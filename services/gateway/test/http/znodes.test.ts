import { expect, it } from "vitest";
import { startServer } from "./harness/start.ts";

it("creates, reads, sets and deletes a znode", async () => {
  const { server } = await startServer();
  const url = "/v1/znodes/a";
  const created = await server.inject({ method: "POST", url, payload: { data: "x" } });
  expect(created.statusCode).toBe(201);
  expect(created.headers.location).toBe(url);
  const read = await server.inject({ method: "GET", url });
  expect(read.json()).toMatchObject({ path: "/a", data: "x", stat: { version: 0 } });
  const set = await server.inject({ method: "PUT", url, payload: { data: "y" } });
  expect(set.json()).toMatchObject({ path: "/a", stat: { version: 1 } });
  expect((await server.inject({ method: "DELETE", url })).statusCode).toBe(204);
  expect((await server.inject({ method: "GET", url })).statusCode).toBe(404);
});
