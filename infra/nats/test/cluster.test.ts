import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { passwordVariable, ROLES } from "../src/index.ts";

const CONFIGURATION = join(import.meta.dirname, "../cluster.conf");

const ENVIRONMENT: Record<string, string> = {
  MEERKAT_NATS_SERVER_NAME: "nats-1",
  MEERKAT_NATS_ROUTE_PASSWORD: '"12e4"',
  ...Object.fromEntries(ROLES.map((role) => [passwordVariable(role), '"12e4"'])),
  ...Object.fromEntries(
    [1, 2, 3].map((n) => [`MEERKAT_NATS_ROUTE_${n}`, `"nats://route:12e4@nats-${n}:6222"`]),
  ),
};

function check(environment: Record<string, string>): { code: number | null; output: string } {
  const env = { PATH: process.env.PATH, ...environment };
  const { status, stdout, stderr } = spawnSync("nats-server", ["-t", "-c", CONFIGURATION], { env });
  return { code: status, output: `${stdout}${stderr}` };
}

test("nats-server takes the configuration of the cluster, whatever a password looks like", () => {
  expect(check(ENVIRONMENT)).toMatchObject({ code: 0 });
});

test.each(Object.keys(ENVIRONMENT))("it does not start without %s", (name) => {
  const { [name]: _, ...rest } = ENVIRONMENT;
  const { code, output } = check(rest);
  expect(code).not.toBe(0);
  expect(output).toContain(name);
});
