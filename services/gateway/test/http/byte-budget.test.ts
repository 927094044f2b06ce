import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { ByteBudget } from "../../src/http/byte-budget.ts";

const response = (socket: Socket) => new ServerResponse(new IncomingMessage(socket));

it("gives back what a response held when it is done, once", () => {
  const budget = new ByteBudget(100);
  const socket = new Socket();
  const [first, second] = [response(socket), response(socket)];
  expect(budget.maybeTake(60, socket, first)).toBe(true);
  expect(budget.maybeTake(60, socket, second)).toBe(false);
  expect(budget.maybeTake(40, socket, second)).toBe(true);
  first.emit("close");
  expect(budget.usedBytes).toBe(40);
  socket.emit("close");
  expect(budget.usedBytes).toBe(0);
  second.emit("close");
  expect(budget.usedBytes).toBe(0);
});

it("takes nothing for a connection that is gone: nobody would give it back", () => {
  const budget = new ByteBudget(100);
  const socket = new Socket();
  socket.destroy();
  expect(budget.maybeTake(60, socket, response(socket))).toBe(true);
  expect(budget.usedBytes).toBe(0);
});
