import type { Command } from "@meerkat/datadriven";
import { Connection } from "./connection.ts";
import { sayWord } from "./four-letter-word.ts";
import { Housekeeping } from "./housekeeping.ts";
import { type Line, parseLine } from "./language/line.ts";
import type { Token } from "./language/tokens.ts";
import { bytesOf, integerOf } from "./language/values.ts";
import { Symbols } from "./replies/symbols.ts";
import { connectFrame, type Grant } from "./requests/connect-frame.ts";
import { framed, integerOrElse, requestFrame } from "./requests/frames.ts";
import { portOf, type Target } from "./target.ts";

const ONE: Token = { latin1: "1", quoted: false };
const CLOSE_DEADLINE_MS = 20_000;

/** Plays one script against a server and returns what came back. */
export class Driver {
  readonly #target: Target;
  readonly #symbols = new Symbols();
  readonly #connections = new Map<string, Connection>();
  readonly #grants = new Map<string, Grant>();
  /** Every session that was given and not closed, to be closed in the end. */
  readonly #sessions = new Map<bigint, Grant>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** All lines of a block, and under each answer what it set off at other connections. */
  async run({ name, rest, body }: Pick<Command, "name" | "rest" | "body">): Promise<string> {
    const output: string[] = [];
    for (const text of [`${name} ${rest}`, ...body]) {
      output.push(...(await this.#play(parseLine(text))));
    }
    return output.join("\n");
  }

  /** Leaves the server as the next script wants to find it. */
  async finish(): Promise<void> {
    for (const connection of this.#connections.values()) connection.drop();
    const housekeeping = new Housekeeping(this.#target);
    await Promise.all(
      [...this.#sessions.values()].map((grant) => housekeeping.closeSession(grant)),
    );
    await housekeeping.wipe();
  }

  async #play(line: Line): Promise<readonly string[]> {
    const { verb } = line;
    if (verb === "word") return await this.#word(line);
    const connection = await this.#connection(line);
    if (verb === "open") return [];
    if (verb === "drop") {
      connection.drop();
      this.#symbols.unsettle();
      return await this.#fence(connection);
    }
    if (verb === "closes") {
      const lines = await connection.closes(CLOSE_DEADLINE_MS);
      // Nor are the others asked: the server may still be about to tell them.
      this.#symbols.unsettle();
      return lines;
    }
    if (verb === "hears") return await connection.hears(integerOf(line.args[0] ?? ONE));
    const frame = this.#frame(line, connection);
    if (line.held) {
      connection.hold(frame);
      return [];
    }
    connection.write(frame);
    const lines = await connection.answered();
    const { grant } = connection;
    if (grant !== undefined) {
      this.#grants.set(connection.name, grant);
      if (connection.hasEnded) this.#sessions.delete(grant.session);
      else this.#sessions.set(grant.session, grant);
    }
    return [...lines, ...(await this.#fence(connection))];
  }

  #frame(line: Line, connection: Connection): Uint8Array {
    const { verb, args, options } = line;
    const zxidOf = (text: string) => this.#symbols.zxidOf(text);
    if (verb === "connect") return connectFrame(line, (name) => this.#grantOf(name), zxidOf);
    if (verb !== "raw" && verb !== "frame") {
      return requestFrame(line, () => connection.takeXid(), zxidOf);
    }
    const bytes = Buffer.concat(args.map((arg) => bytesOf(arg) ?? new Uint8Array(0)));
    return verb === "raw" ? bytes : framed(bytes, options);
  }

  #grantOf(name: string): Grant {
    const grant = this.#grants.get(name);
    if (grant === undefined) throw new SyntaxError(`${name} has no session yet`);
    return grant;
  }

  /** An open connection of that name, a new one if the server or the script closed the last. */
  async #connection({ connection: name, verb, options }: Line): Promise<Connection> {
    const known = this.#connections.get(name);
    const opens = verb === "connect" || verb === "open";
    if (known !== undefined && (known.isOpen || !opens)) return known;
    if (!opens) throw new SyntaxError(`${name} is not open: it needs connect or open first`);
    const server = integerOrElse(options, "server", 1);
    const connection = await Connection.open(name, this.#target, server, this.#symbols);
    this.#connections.delete(name);
    this.#connections.set(name, connection);
    return connection;
  }

  async #word(line: Line): Promise<readonly string[]> {
    const port = portOf(this.#target, integerOrElse(line.options, "server", 1));
    const lines = await sayWord(this.#target.host, port, line);
    return lines.map((text) => `${line.connection} < ${this.#symbols.nameSessions(text)}`);
  }

  /** What everybody was told because of what `acting` did. */
  async #fence(acting: Connection): Promise<readonly string[]> {
    const lines: string[] = [];
    for (const connection of this.#connections.values()) {
      lines.push(...(await connection.fence(connection.server === acting.server)));
    }
    return lines;
  }
}
