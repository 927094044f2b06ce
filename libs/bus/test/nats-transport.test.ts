import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectNatsBus, type NatsBusOptions } from "../src/index.ts";
import { eventually, startNatsServer } from "../test-support/index.ts";

/** Smaller and larger than one read, and such as share one. */
const SIZES = [0, 1, 63, 300_000, 65_536, 5, 2_000_000, 1_000, 262_144, 7];
const ROUNDS = 5;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "meerkat-tls-"));
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  const kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"];
  // What the client takes for the name of a server that is known by its address.
  const names = ["-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", ...kind, ...names, ...files], { stdio: "ignore" });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(["plain", "TLS"])("a connection: %s", (kind) => {
  test("hands over every message whole, in order, and never writes into it again", async () => {
    await using server = await startNatsServer(kind === "TLS" ? { configuration: tlsOf() } : {});
    const options = { url: server.url, name: "test", ...(kind === "TLS" && credentials()) };
    const alice = await connectNatsBus(options);
    const bob = await connectNatsBus(options);
    const received: Uint8Array[] = [];
    bob.subscribe("t.x", (payload) => void received.push(payload));
    await bob.flush();

    const sent: Uint8Array[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const size of SIZES) sent.push(new Uint8Array(size).fill(sent.length + 1));
    }
    for (const payload of sent) alice.publish("t.x", payload);
    await eventually("all arrived", () => received.length === sent.length);

    const areSame = sent.map((payload, n) => Buffer.compare(payload, received[n] ?? payload) === 0);
    expect(areSame).toEqual(sent.map(() => true));
    await Promise.all([alice.close(), bob.close()]);
  });
});

function tlsOf(): string {
  return `tls { cert_file: "${join(folder, "cert.pem")}", key_file: "${join(folder, "key.pem")}" }`;
}

function credentials(): Pick<NatsBusOptions, "tls"> {
  return { tls: { ca: readFileSync(join(folder, "cert.pem"), "utf8") } };
}
