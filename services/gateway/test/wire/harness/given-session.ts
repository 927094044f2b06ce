import { OpCode } from "@meerkat/jute";
import { expect } from "vitest";
import { type Body, create } from "./bodies.ts";
import { type DoorOptions, type RunningDoor, startDoor } from "./start-door.ts";
import type { Reply, WireClient } from "./wire-client.ts";

/** A client with a session, and a node `/a` with the data "one". */
export interface GivenSession {
  readonly door: RunningDoor;
  readonly client: WireClient;
  /** The answer, which must be a success. */
  ok(opCode: number, body?: Body): Promise<Reply>;
  /** The code of the answer, which has no body unless it is 0. */
  codeOf(opCode: number, body?: Body): Promise<number>;
}

export async function givenSession(options: DoorOptions = {}): Promise<GivenSession> {
  const door = await startDoor(options);
  const client = await door.client();
  const ok = async (opCode: number, body?: Body) => {
    const reply = await client.call(opCode, body);
    expect(reply.err).toBe(0);
    return reply;
  };
  const codeOf = async (opCode: number, body?: Body) => {
    const sent = client.send(opCode, body);
    const reply = await client.reply();
    expect(reply.xid).toBe(sent);
    if (reply.err !== 0) expect(reply.body.remaining).toBe(0);
    return reply.err;
  };
  await ok(OpCode.create, create("/a", { data: "one" }));
  return { door, client, ok, codeOf };
}

/** The body of an answer was read to its end. */
export function expectEnd({ body }: Pick<Reply, "body">): void {
  expect(body.remaining).toBe(0);
}
