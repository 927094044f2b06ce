import type { Grant } from "./requests/connect-frame.ts";
import { OPCODES } from "./requests/opcodes.ts";
import { SimpleClient } from "./simple-client.ts";
import { SUPER_AUTH } from "./super-user.ts";
import { portOf, type Target } from "./target.ts";

const SERVERS_OWN: ReadonlySet<string> = new Set([
  "/zookeeper",
  "/zookeeper/config",
  "/zookeeper/quota",
]);
const ANY_VERSION = -1;

/** Takes away what a script left: sessions that would expire in the middle of another, and nodes. */
export class Housekeeping {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  async closeSession(grant: Grant): Promise<void> {
    const client = await this.#connect(grant);
    await client?.close();
  }

  /** Deletes every node that no server made. */
  async wipe(): Promise<void> {
    await using client = await this.#connect();
    if (client === undefined) throw new Error("the server gives no session");
    await client.ask(OPCODES.auth, (writer) => {
      writer.writeInt(0);
      writer.writeUstring("digest");
      writer.writeLatin1(SUPER_AUTH);
    });
    await wipeBelow(client, "/");
  }

  async #connect(grant?: Grant): Promise<SimpleClient | undefined> {
    return await SimpleClient.connect(this.#target.host, portOf(this.#target, 1), grant);
  }
}

async function wipeBelow(client: SimpleClient, path: string): Promise<void> {
  const { err, record } = await client.ask(OPCODES.getChildren, (writer) => {
    writer.writeUstring(path);
    writer.writeBoolean(false);
  });
  if (err !== 0) return;
  const names = Array.from({ length: record.readInt() }, () => record.readString());
  for (const name of names) {
    const child = path === "/" ? `/${name}` : `${path}/${name}`;
    await wipeBelow(client, child);
    if (SERVERS_OWN.has(child)) continue;
    await client.ask(OPCODES.delete, (writer) => {
      writer.writeUstring(child);
      writer.writeInt(ANY_VERSION);
    });
  }
}
