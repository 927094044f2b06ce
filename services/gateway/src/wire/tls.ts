import type { Server, Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { Id } from "@meerkat/tree";
import { x509Name } from "./x509-name.ts";

export interface TlsOptions {
  readonly port: number;
  /** PEM. */
  readonly key: Buffer;
  readonly certificate: Buffer;
  /** PEM of the authorities whose client certificates are accepted; none are asked for without. */
  readonly clientAuthorities: Buffer | undefined;
  /** A client must have a certificate. */
  readonly requiresClientCertificate: boolean;
}

export interface TlsHandlers {
  /** A connection whose handshake is still to come. */
  readonly onSocket: (socket: Socket) => void;
  readonly onConnection: (socket: TLSSocket, proven: readonly Id[]) => void;
}

/** Who has a certificate of an authority that we know has its subject for a credential. */
export function createTlsServer(
  options: TlsOptions,
  handshakeTimeoutMs: number,
  { onSocket, onConnection }: TlsHandlers,
): Server {
  const { key, certificate, clientAuthorities, requiresClientCertificate } = options;
  const server = createServer(
    {
      key,
      cert: certificate,
      ...(clientAuthorities === undefined ? {} : { ca: clientAuthorities }),
      requestCert: clientAuthorities !== undefined,
      rejectUnauthorized: requiresClientCertificate,
      noDelay: true,
      handshakeTimeout: handshakeTimeoutMs,
    },
    (socket) => onConnection(socket, provenBy(socket)),
  );
  server.on("connection", onSocket);
  // A client that fails the handshake harms nobody but itself.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

function provenBy(socket: TLSSocket): readonly Id[] {
  if (!socket.authorized) return [];
  // There is no text for a name without anything in it, which names nobody.
  const subject: string | undefined = socket.getPeerX509Certificate()?.subject;
  return subject ? [{ scheme: "x509", id: x509Name(subject) }] : [];
}
