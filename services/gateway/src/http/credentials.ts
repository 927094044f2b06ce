import { hash } from "node:crypto";
import type { Socket } from "node:net";
import { type Id, SUPER } from "@meerkat/tree";
import { CHALLENGE } from "./errors/challenges.ts";
import { HttpProblem } from "./errors/problem.ts";

/** The ip credential of a connection is made once. */
const ofSocket = new WeakMap<Socket, readonly Id[]>();

/**
 * Who asks: always the peer's address, and with `Authorization: Basic` the digest credential of
 * ZooKeeper's scheme. There is no registration and no login: a password only has to equal the one
 * that an ACL was made with.
 * @throws HttpProblem 401 for another or a malformed Authorization
 */
export function credentialsOf(
  socket: Socket,
  authorization: string | undefined,
  superDigest: string | undefined,
): readonly Id[] {
  const peer = peerCredentials(socket);
  if (authorization === undefined) return peer;
  const id = digestOfBasic(authorization);
  const digest: Id = { scheme: "digest", id };
  return id === superDigest ? [...peer, digest, SUPER] : [...peer, digest];
}

function peerCredentials(socket: Socket): readonly Id[] {
  const known = ofSocket.get(socket);
  if (known !== undefined) return known;
  const address = socket.remoteAddress ?? "";
  const credentials = [{ scheme: "ip", id: address.replace(/^::ffff:(?=\d+\.)/, "") }];
  ofSocket.set(socket, credentials);
  return credentials;
}

function digestOfBasic(authorization: string): string {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  const pair = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon < 0) {
    throw new HttpProblem(
      401,
      "AuthFailed",
      "The Authorization header is not understood: send Basic with base64 of user:password.",
      { headers: CHALLENGE, members: { field: "Authorization" } },
    );
  }
  return `${pair.slice(0, colon)}:${hash("sha1", pair, "base64")}`;
}
