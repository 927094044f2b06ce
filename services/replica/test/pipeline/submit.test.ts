import type { GatewayTick, ToGateway } from "@meerkat/transport";
import { expect, it } from "vitest";
import { RequestQueue } from "../../src/pipeline/request-queue.ts";
import { Submit } from "../../src/pipeline/submit.ts";
import { batchOf, drain, EPOCH } from "./requests.ts";

function setUp(bytesMax = 1_000_000) {
  const queue = new RequestQueue(bytesMax);
  const replies: string[] = [];
  const submit = new Submit(EPOCH, queue, (gateway, message) => {
    replies.push(`${gateway} ${describe(message)}`);
  });
  const numbers = () => drain(queue).map((line) => line.split(" ")[0]);
  return { submit, queue, replies, numbers };
}

function describe(message: ToGateway): string {
  if (message.type === "resend") return `resend ${message.from}`;
  if (message.type === "welcome") return `welcome ${message.expected}`;
  return message.type;
}

function tick(firstUnanswered: number, lastNumber: number): GatewayTick {
  const word = { touched: [], answers: 0, leaseFromMs: 0 };
  return { type: "tick", gateway: 7, epoch: EPOCH, firstUnanswered, lastNumber, ...word };
}

it("counts from the first number of the opening message", () => {
  const { submit, numbers } = setUp();
  submit.onRequests(batchOf(11, 2, { opening: true }));
  submit.onRequests(batchOf(13, 1));
  expect(numbers()).toEqual(["7:11", "7:12", "7:13"]);
});

it("takes nothing of a gateway whose opening message was lost, until its tick says where to begin", () => {
  const { submit, numbers, replies } = setUp();
  submit.onRequests(batchOf(13, 2));
  expect(numbers()).toEqual([]);
  submit.onTick(tick(11, 14));
  expect(replies).toEqual(["7 welcome 11"]);
  submit.onRequests(batchOf(11, 4));
  expect(numbers()).toEqual(["7:11", "7:12", "7:13", "7:14"]);
});

it("asks once for what a gap has swallowed, and again at the next tick", () => {
  const { submit, numbers, replies } = setUp();
  submit.onRequests(batchOf(1, 1, { opening: true }));
  submit.onRequests(batchOf(3, 1));
  submit.onRequests(batchOf(4, 1));
  expect(replies).toEqual(["7 resend 2"]);
  submit.onTick(tick(1, 4));
  expect(replies).toEqual(["7 resend 2", "7 resend 2"]);
  submit.onRequests(batchOf(2, 3));
  expect(numbers()).toEqual(["7:1", "7:2", "7:3", "7:4"]);
  submit.onTick(tick(1, 4));
  expect(replies).toHaveLength(2);
});

it("notices by the tick that the last message was lost", () => {
  const { submit, replies } = setUp();
  submit.onRequests(batchOf(1, 2, { opening: true }));
  submit.onTick(tick(1, 3));
  expect(replies).toEqual(["7 resend 3"]);
});

it("takes each number once, however often it comes", () => {
  const { submit, numbers } = setUp();
  submit.onRequests(batchOf(1, 3, { opening: true }));
  submit.onRequests(batchOf(1, 3));
  submit.onRequests(batchOf(2, 4));
  submit.onRequests(batchOf(1, 5, { opening: true }));
  expect(numbers()).toEqual(["7:1", "7:2", "7:3", "7:4", "7:5"]);
});

it("keeps gateways apart", () => {
  const { submit, numbers } = setUp();
  submit.onRequests(batchOf(1, 1, { opening: true }));
  submit.onRequests(batchOf(1, 1, { opening: true, gateway: 8 }));
  submit.onRequests(batchOf(2, 1));
  expect(numbers()).toEqual(["7:1", "8:1", "7:2"]);
});

it("takes no more than fits the queue; the rest comes with a tick when there is room", () => {
  const { submit, queue, numbers, replies } = setUp(40);
  submit.onRequests(batchOf(1, 2, { opening: true }));
  submit.onRequests(batchOf(3, 2));
  expect(numbers()).toEqual(["7:1", "7:2"]);
  expect(queue.bytes).toBe(0);
  submit.onTick(tick(1, 4));
  expect(replies).toEqual(["7 resend 3"]);
  submit.onRequests(batchOf(3, 2));
  expect(numbers()).toEqual(["7:3", "7:4"]);
});
