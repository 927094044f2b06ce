import { randomBytes } from "node:crypto";
import type { DataTree } from "@meerkat/tree";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Client } from "../client.ts";
import { formatHex, parseHexOrDecimal } from "../convert/zxid-text.ts";
import type { Door } from "../door.ts";
import { SESSION_CHALLENGE } from "../errors/challenges.ts";
import { badRequest, HttpProblem } from "../errors/problem.ts";
import type { SessionTimeouts } from "../options.ts";
import { sendRefusal, setZxid } from "../reply.ts";
import type { CreateSessionBody } from "../schemas/session.ts";
import { formatSessionToken, PASSWORD_BYTES } from "../session-token.ts";
import { submit } from "../submit.ts";

const NO_SESSION = { deed: "session" } as const;

type SessionRequest = FastifyRequest<{ Params: { id: string } }>;

export function makeCreateSession(door: Door) {
  return async (
    request: FastifyRequest<{ Body: CreateSessionBody | undefined }>,
    reply: FastifyReply,
  ): Promise<FastifyReply> => {
    refuseKey(request);
    const password = randomBytes(PASSWORD_BYTES).toString("latin1");
    const timeoutMs = clamp(request.body?.timeoutMs, door.sessionTimeouts);
    const operation = { type: "createSession", timeoutMs, password } as const;
    const result = await submit(door, request, { ...request.client, session: 0 }, operation);
    if (result.type === "error") return sendRefusal(request, reply, result, NO_SESSION);
    if (result.type !== "session") throw new TypeError(`createSession gave ${result.type}`);
    const id = result.session;
    const answer = {
      id: formatHex(id),
      timeoutMs: result.timeoutMs,
      token: formatSessionToken({ id, password }),
    };
    return setZxid(reply, result.zxid)
      .code(201)
      .header("location", `/v1/sessions/${answer.id}`)
      .header("cache-control", "no-store")
      .send(answer);
  };
}

/** The token cannot be told twice, since the password in it is drawn for each request. */
function refuseKey({ headers }: FastifyRequest): void {
  if (headers["idempotency-key"] === undefined) return;
  throw badRequest(
    "POST /v1/sessions takes no Idempotency-Key: a session whose answer was lost expires by itself.",
    "Idempotency-Key",
  );
}

function clamp(askedMs: number | undefined, { minMs, maxMs, defaultMs }: SessionTimeouts): number {
  return Math.min(Math.max(askedMs ?? defaultMs, minMs), maxMs);
}

/** GET and the heartbeat do the same: `identify` has told the leader that the session lives. */
export function makeGetSession(door: Door) {
  return async (request: SessionRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const client = ownSession(request);
    const { tree } = door.coordination;
    const answer = { id: formatHex(client.session), timeoutMs: timeoutOf(tree, client) };
    return setZxid(reply, tree.lastZxid).send(answer);
  };
}

function timeoutOf(tree: DataTree, { session }: Client): number {
  return tree.session(session)?.timeoutMs ?? 0;
}

export function makeDeleteSession(door: Door) {
  return async (request: SessionRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const client = ownSession(request);
    const operation = { type: "closeSession", session: client.session } as const;
    const result = await submit(door, request, client, operation);
    if (result.type === "error") return sendRefusal(request, reply, result, NO_SESSION);
    return setZxid(reply, result.zxid).code(204).send();
  };
}

/** The session in the URL must be the one whose token the request has. */
function ownSession(request: SessionRequest): Client {
  const id = parseHexOrDecimal(request.params.id);
  if (id === undefined) {
    throw badRequest("The session id in the URL must be one such as 0x100000001.", "id");
  }
  const { client } = request;
  if (client.session === id) return client;
  if (client.session !== 0) {
    throw new HttpProblem(
      403,
      "NoAuth",
      `Meerkat-Session is the token of ${formatHex(client.session)}, not of ${formatHex(id)}.`,
    );
  }
  throw new HttpProblem(
    401,
    "AuthFailed",
    "Send the session's token as Meerkat-Session: nobody else may see, keep or close it.",
    { headers: SESSION_CHALLENGE, members: { field: "Meerkat-Session" } },
  );
}
