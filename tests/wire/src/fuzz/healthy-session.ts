import { JuteReader, JuteWriter } from "@meerkat/jute";
import { FrameSplitter } from "../frame-splitter.ts";
import { connectFrame } from "../requests/connect-frame.ts";
import { readLong } from "../requests/long.ts";
import { OPCODES, XIDS } from "../requests/opcodes.ts";
import { portOf, type Target } from "../target.ts";
import { WireSocket } from "../wire-socket.ts";

const DEADLINE_MS = 10_000;
const AUTH = "healthy:secret";
const PATH = "/healthy";
const DATA_CHANGED = 3;

/**
 * A client that does nothing wrong, beside those that do: round by round it writes, reads and
 * watches in one go, and everything must come back in order. Its node is its own, so that no bad
 * client's request can change it by good luck.
 */
export class HealthySession implements AsyncDisposable {
  readonly #socket: WireSocket;
  readonly #received: FrameSplitter;
  #xid = 0;
  #round = 0;
  #zxid = 0n;

  private constructor(socket: WireSocket, received: FrameSplitter) {
    this.#socket = socket;
    this.#received = received;
  }

  /** @throws Error */
  static async open(target: Target): Promise<HealthySession> {
    const received = new FrameSplitter();
    const socket = await WireSocket.open(target.host, portOf(target, 1), (bytes) =>
      received.push(bytes),
    );
    const session = new HealthySession(socket, received);
    const unknown = () => ({ session: 0n, password: new Uint8Array(16) });
    socket.write(connectFrame({ verb: "connect", args: [], options: new Map() }, unknown, BigInt));
    const reader = new JuteReader(await session.#next());
    reader.readInt();
    if (reader.readInt() <= 0) throw new Error("the server refuses a new session");
    await session.#begin();
    return session;
  }

  /** One round. @throws Error when anything is missing, wrong or in another order. */
  async round(): Promise<void> {
    this.#round += 1;
    const data = `round ${this.#round}`;
    const xid = this.#xid;
    this.#socket.write(
      Buffer.concat([
        this.#request(OPCODES.getData, (writer) => {
          writer.writeUstring(PATH);
          writer.writeBoolean(true);
        }),
        this.#request(OPCODES.setData, (writer) => {
          writer.writeUstring(PATH);
          writer.writeLatin1(data);
          writer.writeInt(this.#round - 1);
        }),
        this.#request(OPCODES.getData, (writer) => {
          writer.writeUstring(PATH);
          writer.writeBoolean(false);
        }),
      ]),
    );
    await this.#answer(xid + 1);
    await this.#event();
    await this.#answer(xid + 2);
    const read = (await this.#answer(xid + 3)).readLatin1();
    if (read !== data) throw new Error(`wrote ${data}, read ${read}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.closed) return;
    this.#socket.write(this.#request(OPCODES.close, () => undefined));
    await this.#socket.until(() => false, DEADLINE_MS);
    this.#socket.destroy();
  }

  async #begin(): Promise<void> {
    this.#socket.write(
      this.#request(OPCODES.auth, (writer) => {
        writer.writeInt(0);
        writer.writeUstring("digest");
        writer.writeLatin1(AUTH);
      }),
    );
    const reader = new JuteReader(await this.#next());
    if (reader.readInt() !== this.#xid) throw new Error("the auth has no answer");
    const xid = this.#xid + 1;
    this.#socket.write(
      this.#request(OPCODES.create, (writer) => {
        writer.writeUstring(PATH);
        writer.writeLatin1("");
        writer.writeInt(1);
        writer.writeInt(31);
        writer.writeUstring("auth");
        writer.writeUstring("");
        writer.writeInt(1);
      }),
    );
    await this.#answer(xid);
  }

  #request(opcode: number, write: (writer: JuteWriter) => void): Uint8Array {
    const writer = new JuteWriter();
    this.#xid += 1;
    writer.writeInt(0);
    writer.writeInt(this.#xid);
    writer.writeInt(opcode);
    write(writer);
    writer.patchInt(0, writer.length - 4);
    return writer.toBytes();
  }

  /** The next frame, which must answer this request without an error; a reader at its record. */
  async #answer(xid: number): Promise<JuteReader> {
    const reader = new JuteReader(await this.#next());
    const answered = reader.readInt();
    const zxid = readLong(reader);
    const err = reader.readInt();
    if (answered !== xid || err !== 0) {
      throw new Error(`request ${xid}: answer to ${answered} with error ${err}`);
    }
    if (zxid < this.#zxid) throw new Error(`zxid went back from ${this.#zxid} to ${zxid}`);
    this.#zxid = zxid;
    return reader;
  }

  async #event(): Promise<void> {
    const reader = new JuteReader(await this.#next());
    const xid = reader.readInt();
    readLong(reader);
    reader.readInt();
    const type = reader.readInt();
    if (xid !== XIDS.notification || type !== DATA_CHANGED) {
      throw new Error(`an event of type ${DATA_CHANGED} should come, not ${type} (xid ${xid})`);
    }
  }

  async #next(): Promise<Uint8Array> {
    let payload: Uint8Array | undefined;
    await this.#socket.until(() => {
      payload ??= this.#received.next();
      return payload !== undefined;
    }, DEADLINE_MS);
    if (payload !== undefined) return payload;
    const how = this.#socket.closed ? "closed its connection" : `nothing in ${DEADLINE_MS} ms`;
    throw new Error(`the healthy session waits for an answer: ${how}`);
  }
}
