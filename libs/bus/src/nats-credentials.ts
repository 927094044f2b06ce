import { credsAuthenticator, type NodeConnectionOptions } from "@nats-io/transport-node";

/** How a process proves to NATS who it is. Nothing of it may reach a log or a message. */
export interface NatsCredentials {
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Content of a `.creds` file: a user's JWT and the seed of its key. */
  readonly userCredentials?: Uint8Array;
  readonly tls?: NatsTls;
}

/** PEM texts. An empty object asks for TLS with the authorities that Node trusts. */
export interface NatsTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export function credentialOptions(given: NatsCredentials): NodeConnectionOptions {
  const { user, password, token, userCredentials, tls } = given;
  return {
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(token === undefined ? {} : { token }),
    ...(userCredentials === undefined
      ? {}
      : { authenticator: credsAuthenticator(userCredentials) }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** For people: whose rights count on this connection. */
export function describeUser({ user, token, userCredentials, tls }: NatsCredentials): string {
  if (user !== undefined) return `user "${user}"`;
  if (userCredentials !== undefined) return "the user of these credentials";
  if (token !== undefined) return "the user of this token";
  if (tls?.cert !== undefined) return "the user of this certificate";
  return "a user without a name";
}
