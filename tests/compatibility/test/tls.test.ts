import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DEFAULT_OPTIONS, Stack } from "@meerkat/local";
import { describe, expect, it } from "vitest";
import { isMissing } from "../src/clients/client.ts";
import { kazoo } from "../src/clients/kazoo.ts";
import { freePortBase } from "../src/targets/free-ports.ts";

const DAYS = "2";

function openssl(folder: string, ...args: readonly string[]): void {
  execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** An authority, the server's certificate, and those of two clients. */
function issueCertificates(folder: string): void {
  const keyOf = (name: string) => ["-keyout", `${name}.key`];
  const self = ["-x509", "-days", DAYS, "-subj", "/CN=Authority", "-out", "authority.pem"];
  openssl(folder, "req", ...NEW_KEY, ...keyOf("authority"), ...self);
  writeFileSync(join(folder, "names"), "subjectAltName=IP:127.0.0.1");
  const subjects = {
    server: "/CN=localhost",
    alice: "/O=Example/CN=alice",
    bob: "/O=Example/CN=bob",
  };
  for (const [name, subject] of Object.entries(subjects)) {
    const request = `${name}.csr`;
    openssl(folder, "req", ...NEW_KEY, ...keyOf(name), "-subj", subject, "-out", request);
    const authority = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial"];
    const signed = ["-days", DAYS, "-extfile", "names", "-out", `${name}.pem`];
    openssl(folder, "x509", "-req", "-in", request, ...authority, ...signed);
  }
}

const launch = await kazoo.prepare();
const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

describe("kazoo over TLS", () => {
  it.skipIf(isMissing(launch) || !hasOpenssl)(
    "is who its certificate says, to ACLs of x509",
    async () => {
      if (isMissing(launch)) return;
      const folder = mkdtempSync(join(tmpdir(), "meerkat-tls-"));
      issueCertificates(folder);
      const ports = await freePortBase(4);
      const stack = await Stack.start(
        {
          ...DEFAULT_OPTIONS,
          dataDir: join(folder, "data"),
          gateways: 1,
          natsPort: ports,
          httpPort: ports + 1,
          zookeeperPort: ports + 2,
          environment: {
            MEERKAT_X509_ACLS: "true",
            MEERKAT_ZOOKEEPER_TLS_PORT: String(ports + 3),
            MEERKAT_ZOOKEEPER_TLS_CERT: join(folder, "server.pem"),
            MEERKAT_ZOOKEEPER_TLS_KEY: join(folder, "server.key"),
            MEERKAT_ZOOKEEPER_TLS_CLIENT_CA: join(folder, "authority.pem"),
          },
        },
        () => undefined,
      );
      try {
        await stack.ready();
        const driver = join(dirname(launch.args.at(-1) ?? ""), "tls.py");
        const args = [...launch.args.slice(0, -1), driver, `127.0.0.1:${ports + 3}`, folder];
        const seen = execFileSync(launch.command, args, { encoding: "utf8" });
        expect(JSON.parse(seen)).toEqual({ alice: "hers", bob: "NoAuth" });
      } finally {
        await stack.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
