import { parseArgs } from "node:util";
import { isZooKeeperInstalled } from "@meerkat/zookeeper";
import { CLIENTS } from "./clients/index.ts";
import type { Target } from "./targets/target.ts";

export const HELP = `All clients, all scenarios, against Meerkat and against Debian's ZooKeeper where it is installed.

  npm run compatibility -- [options]

  --client NAME      only this client; may be given several times
                     (${CLIENTS.map(({ name }) => name).join(", ")}, lock-failover)
  --scenario REGEXP  only scenarios whose name matches
  --target NAME      only zookeeper or only meerkat
  --record           writes what ZooKeeper did into tests/compatibility/expected
  --show             prints every step
  --port-base PORT   first of 40 ports that are taken [26000]
`;

/** Not a client of its own: two of kazoo. */
export const LOCK_FAILOVER = "lock-failover";

export interface Options {
  readonly clients: readonly string[];
  readonly only: RegExp | undefined;
  readonly targets: readonly Target["name"][];
  readonly record: boolean;
  readonly show: boolean;
  readonly portBase: number;
}

export function readOptions(args: readonly string[]): Options | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      client: { type: "string", multiple: true },
      scenario: { type: "string" },
      target: { type: "string" },
      record: { type: "boolean", default: false },
      show: { type: "boolean", default: false },
      "port-base": { type: "string", default: "26000" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  return {
    clients: values.client ?? [...CLIENTS.map(({ name }) => name), LOCK_FAILOVER],
    only: values.scenario === undefined ? undefined : new RegExp(values.scenario),
    targets: values.record ? ["zookeeper"] : targetsOf(values.target),
    record: values.record,
    show: values.show,
    portBase: Number(values["port-base"]),
  };
}

function targetsOf(asked: string | undefined): Target["name"][] {
  if (asked === "zookeeper" || asked === "meerkat") return [asked];
  return isZooKeeperInstalled() ? ["zookeeper", "meerkat"] : ["meerkat"];
}
