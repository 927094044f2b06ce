import { once } from "node:events";
import { connect } from "node:net";
import { OpCode } from "@meerkat/jute";
import { makeAclPolicy, Perms, ResultCode } from "@meerkat/tree";
import { describe, expect, it } from "vitest";
import { wireTls } from "../../src/wire/wire-specs.ts";
import { x509Name } from "../../src/wire/x509-name.ts";
import { type Body, create, read } from "./harness/bodies.ts";
import { Authority, type Certificate, type Subject } from "./harness/certificates.ts";
import { turns } from "./harness/eventually.ts";
import { type DoorOptions, type RunningDoor, startDoor } from "./harness/start-door.ts";
import { WireClient } from "./harness/wire-client.ts";

const ours = new Authority("ours");
const stranger = new Authority("stranger");
const server = ours.issue([["CN", "gateway"]]);
const APP: Subject = [
  ["O", "Example, Inc."],
  ["OU", "ops"],
  ["CN", "app"],
];
const APP_NAME = String.raw`CN=app,OU=ops,O=Example\, Inc.`;

function startTlsDoor(
  requiresClientCertificate: boolean,
  options: DoorOptions = {},
): Promise<RunningDoor> {
  const { key, certificate } = server;
  const clientAuthorities = ours.certificate;
  const tls = { port: 0, key, certificate, clientAuthorities, requiresClientCertificate };
  return startDoor({ tls, tree: { aclPolicy: makeAclPolicy({ x509: true }) }, ...options });
}

function openTls({ securePort }: RunningDoor, client?: Certificate): Promise<WireClient> {
  const own = client === undefined ? {} : { cert: client.certificate, key: client.key };
  const checkServerIdentity = () => undefined;
  return WireClient.openTls(securePort, { ca: ours.certificate, checkServerIdentity, ...own });
}

async function whoIs(client: WireClient): Promise<string[]> {
  await client.connect();
  const { body } = await client.call(OpCode.whoAmI);
  return Array.from({ length: body.readInt() }, () => `${body.readString()}:${body.readString()}`);
}

describe("a client with a certificate of an authority that we know", () => {
  it("is who the certificate says", async () => {
    const door = await startTlsDoor(true);
    using client = await openTls(door, ours.issue(APP));
    expect(await whoIs(client)).toEqual(["ip:127.0.0.1", `x509:${APP_NAME}`]);
  });

  it("is meant by ACLs that name it, and by auth", async () => {
    const door = await startTlsDoor(true);
    using app = await openTls(door, ours.issue(APP));
    using other = await openTls(door, ours.issue([["CN", "other"]]));
    await app.connect();
    await other.connect();
    const acl = (scheme: string, id: string) => [{ perms: Perms.ALL, id: { scheme, id } }];
    const codeOf = async (client: WireClient, opCode: number, body: Body) =>
      (await client.call(opCode, body)).err;
    expect(await codeOf(other, OpCode.create, create("/a", { acl: acl("x509", APP_NAME) }))).toBe(
      0,
    );
    expect(await codeOf(app, OpCode.create, create("/b", { acl: acl("auth", "") }))).toBe(0);
    for (const path of ["/a", "/b"]) {
      expect(await codeOf(app, OpCode.getData, read(path))).toBe(0);
      expect(await codeOf(other, OpCode.getData, read(path))).toBe(ResultCode.NOAUTH);
    }
    expect(door.node.tree.getAcl("/b", [])?.acl).toEqual(acl("x509", APP_NAME));
  });

  it("is meant by no ACL of an ensemble without x509", async () => {
    const door = await startTlsDoor(true, { tree: {} });
    using client = await openTls(door, ours.issue(APP));
    await client.connect();
    for (const [scheme, id] of [
      ["x509", APP_NAME],
      ["auth", ""],
    ] as const) {
      const acl = [{ perms: Perms.ALL, id: { scheme, id } }];
      const { err } = await client.call(OpCode.create, create("/a", { acl }));
      expect(err).toBe(ResultCode.INVALIDACL);
    }
  });

  it("may have a name without anything in it", async () => {
    const door = await startTlsDoor(true);
    using client = await openTls(door, ours.issue([]));
    expect(await whoIs(client)).toEqual(["ip:127.0.0.1"]);
  });
});

describe("a client without one", () => {
  it("is served as anybody where none is required", async () => {
    const door = await startTlsDoor(false);
    using nobody = await openTls(door);
    expect(await whoIs(nobody)).toEqual(["ip:127.0.0.1"]);
    using forged = await openTls(door, stranger.issue(APP));
    expect(await whoIs(forged)).toEqual(["ip:127.0.0.1"]);
  });

  it("is left where one is required, and harms nobody", async () => {
    const door = await startTlsDoor(true);
    for (const certificate of [undefined, stranger.issue(APP)]) {
      using client = await openTls(door, certificate);
      expect(await client.isLeft()).toBe(true);
    }
    using client = await openTls(door, ours.issue(APP));
    await client.connect();
    await client.ping();
  });
});

describe("the handshake", () => {
  it("counts as a connection, and room is made when it fails", async () => {
    const door = await startTlsDoor(false, { limits: { connectionsMax: 2 } });
    const sockets = [connect(door.securePort), connect(door.securePort)];
    for (const socket of sockets) await once(socket, "connect");
    await turns();
    expect(await (await door.open()).isLeft()).toBe(true);
    const closed = sockets.map((socket) => once(socket.resume(), "close"));
    for (const socket of sockets) socket.write("no TLS at all\r\n\r\n");
    await Promise.all(closed);
    await turns();
    using client = await openTls(door);
    await client.connect();
    await client.ping();
  });

  it("must come in time", async () => {
    const door = await startTlsDoor(false, { limits: { handshakeTimeoutMs: 200 } });
    const socket = connect(door.securePort);
    await once(socket.resume(), "close");
  });

  it("is refused beyond the limit of connections", async () => {
    const door = await startTlsDoor(false, { limits: { connectionsMax: 1 } });
    using client = await openTls(door);
    await client.connect();
    using further = await openTls(door);
    expect(await further.isLeft()).toBe(true);
    await client.ping();
  });
});

describe("names", () => {
  it.each([
    ["CN=app", "CN=app"],
    ["C=DE\nO=Example\nCN=app", "CN=app,O=Example,C=DE"],
    [
      `${String.raw`O=a\,b\+c=d`}\nCN=${String.raw`\ #x\\ \ `}`,
      String.raw`CN=\ \#x\\\ \ ,O=a\,b\+c\=d`,
    ],
    [String.raw`CN=a \+ b + UID=7`, String.raw`CN=a \+ b+UID=7`],
    [String.raw`CN=tab\09`, "CN=tab\t"],
    ["CN=app + UID=7", "CN=app+UID=7"],
    ["CN=a\nemailAddress=me@x", "1.2.840.113549.1.9.1=#16046d654078,CN=a"],
  ])("of %j are as ZooKeeper compares them", (subject, name) => {
    expect(x509Name(subject)).toBe(name);
  });
});

describe("the configuration", () => {
  const none = {
    MEERKAT_ZOOKEEPER_TLS_PORT: 0,
    MEERKAT_ZOOKEEPER_TLS_CERT: "",
    MEERKAT_ZOOKEEPER_TLS_KEY: "",
    MEERKAT_ZOOKEEPER_TLS_CLIENT_CA: "",
    MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH: false,
  };

  it("without a certificate is for no TLS", () => {
    expect(wireTls(none)).toBe(undefined);
  });

  it("names the file that cannot be read", () => {
    const config = { ...none, MEERKAT_ZOOKEEPER_TLS_CERT: "/nowhere.pem" };
    expect(() => wireTls(config)).toThrow('MEERKAT_ZOOKEEPER_TLS_CERT is "/nowhere.pem"');
  });

  it("does not ask for certificates that nobody could judge", () => {
    const config = {
      ...none,
      MEERKAT_ZOOKEEPER_TLS_CERT: "/nowhere.pem",
      MEERKAT_ZOOKEEPER_TLS_CLIENT_AUTH: true,
    };
    expect(() => wireTls(config)).toThrow("MEERKAT_ZOOKEEPER_TLS_CLIENT_CA names nobody");
  });
});
