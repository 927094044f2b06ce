import type { JuteWriter } from "@meerkat/jute";
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
const MULTI_END = -1;

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
    const paths = await pathsBelow(client, "/");
    const { err, record } = await client.ask(OPCODES.multi, (writer) => {
      for (const path of paths) {
        writeMultiHeader(writer, OPCODES.delete, false);
        writer.writeUstring(path);
        writer.writeInt(ANY_VERSION);
      }
      writeMultiHeader(writer, MULTI_END, true);
    });
    const isRefused = err !== 0 || (paths.length > 0 && record.readInt() !== OPCODES.delete);
    if (isRefused) {
      const result = Array.from({ length: record.remaining }, () => record.readByte());
      throw new Error(`error ${err} (${Buffer.from(result).toString("hex")}): ${paths.join(" ")}`);
    }
  }

  async #connect(grant?: Grant): Promise<SimpleClient | undefined> {
    return await SimpleClient.connect(this.#target.host, portOf(this.#target, 1), grant);
  }
}

/** Every node that no server made, children before their parents. */
async function pathsBelow(client: SimpleClient, path: string): Promise<readonly string[]> {
  const { err, record } = await client.ask(OPCODES.getChildren, (writer) => {
    writer.writeUstring(path);
    writer.writeBoolean(false);
  });
  if (err !== 0) return [];
  const names = Array.from({ length: record.readInt() }, () => record.readString());
  const paths: string[] = [];
  for (const name of names) {
    const child = path === "/" ? `/${name}` : `${path}/${name}`;
    paths.push(...(await pathsBelow(client, child)));
    if (!SERVERS_OWN.has(child)) paths.push(child);
  }
  return paths;
}

function writeMultiHeader(writer: JuteWriter, type: number, done: boolean): void {
  writer.writeInt(type);
  writer.writeBoolean(done);
  writer.writeInt(MULTI_END);
}
