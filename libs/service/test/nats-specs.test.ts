import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { NATS_SPECS, natsSettings } from "../src/nats-specs.ts";

const folder = mkdtempSync(join(tmpdir(), "meerkat-nats-specs-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const settings = (environment: Record<string, string>) =>
  natsSettings(readConfig(NATS_SPECS, environment));

describe("who this process is to NATS", () => {
  it("is nobody unless something is set", () => {
    expect(settings({})).toEqual({ url: "nats://127.0.0.1:4222", inboxPrefix: "_INBOX" });
  });

  it("takes several servers", () => {
    const { url } = settings({ MEERKAT_NATS_URL: "nats://nats-1:4222, nats://nats-2:4222" });
    expect(url).toBe("nats://nats-1:4222,nats://nats-2:4222");
  });

  it("is a user whose password is set or stands in a file", () => {
    const user = { MEERKAT_NATS_USER: "replica" };
    expect(settings({ ...user, MEERKAT_NATS_PASSWORD: "burrow" })).toMatchObject({
      user: "replica",
      password: "burrow",
    });
    expect(
      settings({ ...user, MEERKAT_NATS_PASSWORD_FILE: file("password", "burrow\n") }),
    ).toMatchObject({ user: "replica", password: "burrow" });
  });

  it("is a token, the user of a credentials file, or the one of a certificate", () => {
    expect(settings({ MEERKAT_NATS_TOKEN_FILE: file("token", "t\n") })).toMatchObject({
      token: "t",
    });
    const creds = settings({ MEERKAT_NATS_CREDENTIALS_FILE: file("a.creds", "jwt") });
    expect(creds.userCredentials?.toString()).toBe("jwt");
    const tls = settings({
      MEERKAT_NATS_TLS_CA: file("ca.pem", "ca"),
      MEERKAT_NATS_TLS_CERT: file("cert.pem", "cert"),
      MEERKAT_NATS_TLS_KEY: file("key.pem", "key"),
    });
    expect(tls.tls).toEqual({ ca: "ca", cert: "cert", key: "key" });
  });

  it.each([
    [{ MEERKAT_NATS_USER: "replica" }, /MEERKAT_NATS_PASSWORD go together/],
    [{ MEERKAT_NATS_PASSWORD: "burrow" }, /MEERKAT_NATS_USER and/],
    [{ MEERKAT_NATS_URL: "nats://replica:burrow@nats-1" }, /MEERKAT_NATS_URL: holds a user/],
    [{ MEERKAT_NATS_URL: "nats://nats-1,," }, /is not a list/],
    [{ MEERKAT_NATS_TOKEN: "burrow", MEERKAT_NATS_TOKEN_FILE: "/dev/null" }, /both set/],
    [{ MEERKAT_NATS_TLS_CERT: "/dev/null" }, /go together/],
    [{ MEERKAT_NATS_TOKEN_FILE: "/nowhere/token" }, /MEERKAT_NATS_TOKEN_FILE names a file/],
    [
      { MEERKAT_NATS_USER: "a", MEERKAT_NATS_PASSWORD: "burrow", MEERKAT_NATS_TOKEN: "t" },
      /exclude each other/,
    ],
  ])("refuses %j without repeating a secret", (environment, expected) => {
    const attempt = () => settings(environment as unknown as Record<string, string>);
    expect(attempt).toThrow(expected);
    expect(attempt).not.toThrow(/burrow/);
  });
});
