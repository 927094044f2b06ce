import type { FastifyInstance } from "fastify";
import { identifyClients } from "../client.ts";
import type { Door } from "../door.ts";
import { makeCreateSession, makeDeleteSession, makeGetSession } from "../handlers/sessions.ts";
import {
  CreatedSession,
  CreateSessionBody,
  SessionAnswer,
  SessionParams,
} from "../schemas/session.ts";
import { answer, emptyAnswer, LOCATION } from "./answer-docs.ts";
import { routeOptions } from "./route-docs.ts";

const TAGS = ["sessions"];

const CREATE = routeOptions(
  {
    operationId: "createSession",
    tags: TAGS,
    summary: "Start a session",
    description:
      "Ephemeral znodes belong to a session and go with it. Every request for znodes, " +
      "transactions, ACLs or sessions with its token as `Meerkat-Session` keeps it alive, at any " +
      "gateway.",
    problems: [400, 401, 415, 503],
  },
  {
    body: { content: { "application/json": { schema: CreateSessionBody } } },
    response: { 201: answer("The session and its token.", CreatedSession, LOCATION) },
  },
);

const OWN = {
  params: SessionParams,
  response: { 200: answer("It lives.", SessionAnswer) },
};

const GET = routeOptions(
  {
    operationId: "getSession",
    tags: TAGS,
    summary: "Look at one's own session",
    problems: [400, 401, 403, 503],
  },
  OWN,
);

const HEARTBEAT = routeOptions(
  {
    operationId: "heartbeatSession",
    tags: TAGS,
    summary: "Keep a session alive",
    problems: [400, 401, 403, 503],
  },
  OWN,
);

const DELETE = routeOptions(
  {
    operationId: "closeSession",
    tags: TAGS,
    summary: "End a session, and with it its ephemeral znodes",
    problems: [400, 401, 403, 503],
  },
  { ...OWN, response: { 204: emptyAnswer("It is closed.") } },
);

export function sessionRoutes(door: Door) {
  return async (server: FastifyInstance): Promise<void> => {
    identifyClients(server, door);
    server.post("/v1/sessions", CREATE, makeCreateSession(door));
    server.get("/v1/sessions/:id", GET, makeGetSession(door));
    server.put("/v1/sessions/:id/heartbeat", HEARTBEAT, makeGetSession(door));
    server.delete("/v1/sessions/:id", DELETE, makeDeleteSession(door));
  };
}
