import type { Id, SessionId } from "@meerkat/tree";
import type { FastifyInstance } from "fastify";
import type { Coordination } from "../coordination.ts";
import { parseHexOrDecimal } from "./convert/zxid-text.ts";
import { credentialsOf } from "./credentials.ts";
import type { Door } from "./door.ts";
import { SESSION_CHALLENGE } from "./errors/challenges.ts";
import { badRequest, HttpProblem } from "./errors/problem.ts";
import { isSamePassword, parseSessionToken } from "./session-token.ts";

/** Who sent a request and what he has seen. */
export interface Client {
  /** 0 without a session. */
  readonly session: SessionId;
  readonly credentials: readonly Id[];
  /** From the request's Meerkat-Zxid; 0 when there is none. */
  readonly seen: number;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set before anything else is done with a request for znodes, transactions, sessions or ACLs. */
    client: Client;
  }
}

/**
 * From here on the routes of this instance know who asks. Every request with a session's token,
 * also one that is refused later, tells the leader that the session lives.
 */
export function identifyClients(server: FastifyInstance, door: Door): void {
  const { coordination, superDigest } = door;
  server.addHook("onRequest", (request, _reply, done) => {
    try {
      const { headers } = request;
      const credentials = credentialsOf(request.socket, headers.authorization, superDigest);
      const seen = seenZxid(headers["meerkat-zxid"]);
      const token = headers["meerkat-session"];
      request.client = { session: 0, credentials, seen };
      if (token === undefined) {
        done();
        return;
      }
      findSession(coordination, String(token)).then((session) => {
        request.client = { session, credentials, seen };
        done();
      }, done);
    } catch (error) {
      done(error as Error);
    }
  });
}

async function findSession(coordination: Coordination, text: string): Promise<SessionId> {
  const token = parseSessionToken(text);
  if (token === undefined) {
    throw sessionExpired(
      "Meerkat-Session is no session token: send it as POST /v1/sessions gave it.",
    );
  }
  const { id, password } = token;
  // The id is the zxid that created the session: a gateway that is behind it must catch up first.
  const session =
    id > coordination.tree.lastZxid
      ? await coordination.read({ session: 0, consistency: "sequential", notBefore: id }, (tree) =>
          tree.session(id),
        )
      : coordination.tree.session(id);
  if (session === undefined || !isSamePassword(session.password, password)) {
    throw sessionExpired(
      "This session does not exist: it expired, was closed, or the token is not right. " +
        "Its ephemeral znodes are gone. Create a new one with POST /v1/sessions.",
    );
  }
  coordination.touch(id);
  return id;
}

function sessionExpired(detail: string): HttpProblem {
  return new HttpProblem(401, "SessionExpired", detail, {
    headers: SESSION_CHALLENGE,
    members: { field: "Meerkat-Session" },
  });
}

function seenZxid(header: string | string[] | undefined): number {
  if (header === undefined) return 0;
  const zxid = typeof header === "string" ? parseHexOrDecimal(header) : undefined;
  if (zxid === undefined) {
    throw badRequest("Meerkat-Zxid must be a zxid such as 0x100000002.", "Meerkat-Zxid");
  }
  return zxid;
}
