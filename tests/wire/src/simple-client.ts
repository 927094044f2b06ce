import { JuteReader, JuteWriter } from "@meerkat/jute";
import { FrameSplitter } from "./frame-splitter.ts";
import type { Grant } from "./requests/connect-frame.ts";
import { TIMEOUT_MS } from "./requests/connect-frame.ts";
import { readLong, writeLong } from "./requests/long.ts";
import { OPCODES, XIDS } from "./requests/opcodes.ts";
import { WireSocket } from "./wire-socket.ts";

const DEADLINE_MS = 10_000;
const PASSWORD_BYTES = 16;
const NO_GRANT: Grant = { session: 0n, password: new Uint8Array(PASSWORD_BYTES) };

/** What a server answered: its error, and a reader at the record. */
export interface Answer {
  readonly xid: number;
  readonly err: number;
  readonly record: JuteReader;
}

/** A client that behaves: one request at a time, every answer the one that it waits for. */
export class SimpleClient implements AsyncDisposable {
  readonly #socket: WireSocket;
  readonly #received: FrameSplitter;
  #xid = 0;
  readonly grant: Grant;

  private constructor(socket: WireSocket, received: FrameSplitter, grant: Grant) {
    this.#socket = socket;
    this.#received = received;
    this.grant = grant;
  }

  /** Undefined when the server does not give the session. @throws Error */
  static async connect(
    host: string,
    port: number,
    wanted: Grant = NO_GRANT,
  ): Promise<SimpleClient | undefined> {
    const received = new FrameSplitter();
    const socket = await WireSocket.open(host, port, (bytes) => received.push(bytes));
    const writer = new JuteWriter();
    writer.writeInt(0);
    writeLong(writer, 0n);
    writer.writeInt(TIMEOUT_MS);
    writeLong(writer, wanted.session);
    writer.writeBuffer(wanted.password);
    writer.writeBoolean(false);
    socket.write(framed(writer));
    const reader = new JuteReader(await nextPayload(socket, received));
    reader.readInt();
    const timeoutMs = reader.readInt();
    const session = readLong(reader);
    const password = Uint8Array.from(reader.readBuffer() ?? []);
    if (timeoutMs > 0) return new SimpleClient(socket, received, { session, password });
    socket.destroy();
    return undefined;
  }

  get isOpen(): boolean {
    return !this.#socket.closed;
  }

  /** Sends one request and waits for its answer. @throws Error when another one comes, or none. */
  async ask(opcode: number, write: (writer: JuteWriter) => void): Promise<Answer> {
    const writer = new JuteWriter();
    this.#xid += 1;
    const xid = opcode === OPCODES.auth ? XIDS.auth : this.#xid;
    writer.writeInt(xid);
    writer.writeInt(opcode);
    write(writer);
    this.#socket.write(framed(writer));
    const record = new JuteReader(await nextPayload(this.#socket, this.#received));
    const answered = record.readInt();
    if (answered !== xid) throw new Error(`asked ${xid}, answered ${answered}`);
    readLong(record);
    return { xid, err: record.readInt(), record };
  }

  /** Ends the session, and with it the connection. */
  async close(): Promise<void> {
    await this.ask(OPCODES.close, () => undefined);
    this.#socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isOpen) await this.close();
  }
}

function framed(writer: JuteWriter): Uint8Array {
  const frame = Buffer.alloc(4 + writer.length);
  frame.writeInt32BE(writer.length, 0);
  frame.set(writer.view(), 4);
  return frame;
}

async function nextPayload(socket: WireSocket, received: FrameSplitter): Promise<Uint8Array> {
  let payload: Uint8Array | undefined;
  const isThere = () => {
    payload ??= received.next();
    return payload !== undefined;
  };
  await socket.until(isThere, DEADLINE_MS);
  if (payload === undefined) {
    const how = socket.closed ? "the server closed" : `nothing within ${DEADLINE_MS} ms`;
    throw new Error(`no answer: ${how}`);
  }
  return payload;
}
