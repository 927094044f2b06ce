import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface ServerPorts {
  readonly client: number;
  readonly quorum: number;
  readonly election: number;
}

/** Three ports for each server, counted up from `first`: client ports first, so that they are a row. */
export function portsOf(id: number, first: number, servers: number): ServerPorts {
  const client = first + id - 1;
  return { client, quorum: client + servers, election: client + 2 * servers };
}

export interface ServerConfig {
  readonly id: number;
  readonly servers: number;
  readonly portBase: number;
  /** Of the whole ensemble; this server's part is `<dataDir>/zookeeper-<id>`. */
  readonly dataDir: string;
  /** Further lines of zoo.cfg, and those of below with another value. */
  readonly settings: Readonly<Record<string, string | number>>;
}

/** As a person runs it: defaults, fsync on, and everything open that a comparison looks at. */
const SETTINGS: Readonly<Record<string, string | number>> = {
  tickTime: 2_000,
  initLimit: 10,
  syncLimit: 5,
  maxClientCnxns: 0,
  "4lw.commands.whitelist": "*",
  "admin.enableServer": "false",
};

/** Writes the server's folder; the path of its zoo.cfg. */
export function writeServerConfig(config: ServerConfig): string {
  const { id, servers, portBase, settings } = config;
  const folder = join(config.dataDir, `zookeeper-${id}`);
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries({
    ...SETTINGS,
    ...settings,
    dataDir: folder,
    clientPort: portsOf(id, portBase, servers).client,
    clientPortAddress: "127.0.0.1",
  }).map(([key, value]) => `${key}=${value}`);
  if (servers > 1) {
    for (let peer = 1; peer <= servers; peer += 1) {
      const { quorum, election } = portsOf(peer, portBase, servers);
      lines.push(`server.${peer}=127.0.0.1:${quorum}:${election}`);
    }
    writeFileSync(join(folder, "myid"), `${id}\n`);
  }
  const path = join(folder, "zoo.cfg");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}
