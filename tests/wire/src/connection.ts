import { FrameSplitter } from "./frame-splitter.ts";
import {
  type Asked,
  type Decoded,
  decodeConnect,
  decodeEvent,
  decodeReply,
  xidOf,
} from "./replies/decode.ts";
import type { Symbols } from "./replies/symbols.ts";
import type { Grant } from "./requests/connect-frame.ts";
import { framed } from "./requests/frames.ts";
import { OPCODES, XIDS } from "./requests/opcodes.ts";
import { portOf, type Target } from "./target.ts";
import { WireSocket } from "./wire-socket.ts";

const REPLY_DEADLINE_MS = 5_000;
const CONFIG_PATH = "/zookeeper/config";
const HEADER_BYTES = 8;
const FRAME_BYTES_MAX = 0xf_ffff;
/** Of the driver's own requests, which no script shows. */
const OWN_XID = 0x7fff_ff00;
const NOT_ASKED: Asked = { xid: 0, opcode: 0, isConfig: false };

interface Pending extends Asked {
  readonly isOwn: boolean;
}

type State = "new" | "connected" | "refused";

/**
 * One connection of a script. It reads along what it sends, and so knows which answers to wait for
 * and by which opcode to read each: also of frames that a script wrote byte by byte.
 */
export class Connection {
  readonly name: string;
  readonly server: number;
  readonly #symbols: Symbols;
  readonly #sent = new FrameSplitter();
  readonly #received = new FrameSplitter();
  readonly #answered: Decoded[] = [];
  #socket: WireSocket | undefined;
  #pending: Pending[] = [];
  #held: Uint8Array[] = [];
  #state: State = "new";
  #hasAskedToConnect = false;
  /** The server can only close now: what was sent is no frame, or ends the session. */
  #mustClose = false;
  #toldClosed = false;
  #hasEnded = false;
  #nextXid = 1;
  grant: Grant | undefined;

  private constructor(name: string, server: number, symbols: Symbols) {
    this.name = name;
    this.server = server;
    this.#symbols = symbols;
  }

  static async open(
    name: string,
    target: Target,
    server: number,
    symbols: Symbols,
  ): Promise<Connection> {
    const connection = new Connection(name, server, symbols);
    const port = portOf(target, server);
    connection.#socket = await WireSocket.open(target.host, port, (bytes) => {
      connection.#received.push(bytes);
    });
    return connection;
  }

  get isOpen(): boolean {
    return this.#socket?.closed === false;
  }

  get isConnected(): boolean {
    return this.isOpen && this.#state === "connected";
  }

  /** The server has answered that the session is over. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  takeXid(): number {
    this.#nextXid += 1;
    return this.#nextXid - 1;
  }

  hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
  }

  /** Writes what was held and these bytes at once. */
  write(bytes: Uint8Array): void {
    const all = Buffer.concat([...this.#held, bytes]);
    this.#held = [];
    this.#readAlong(all, false);
    this.#socket?.write(all);
  }

  /** Waits for the answers to all that was sent, or for the close that is all that can come. */
  async answered(): Promise<readonly string[]> {
    const isDone = () => {
      this.#take();
      if (this.#pending.length > 0) return false;
      return !this.#mustClose && this.#state !== "refused";
    };
    const inTime = await this.#socket?.until(isDone, REPLY_DEADLINE_MS);
    this.#take();
    const lines = this.#drain();
    if (inTime !== true) lines.push(`${this.name} < nothing more`);
    // What is not answered may have been done all the same.
    const isCut = !this.isOpen && this.#sent.waiting > 0;
    if (this.#pending.length > 0 || isCut) this.#symbols.unsettle();
    this.#pending = [];
    return [...lines, ...this.#sayClosed()];
  }

  /**
   * Everything that the server has for this connection up to now: the answer to a request of the
   * driver's own comes behind it. What another server has applied waits for the leader to say so.
   */
  async fence(hasCaughtUp: boolean): Promise<readonly string[]> {
    if (this.isConnected && this.#sent.waiting === 0) {
      const own = hasCaughtUp
        ? request(XIDS.ping, OPCODES.ping, new Uint8Array(0))
        : request(OWN_XID, OPCODES.sync, Buffer.from("\0\0\0\x01/", "latin1"));
      this.#readAlong(own, true);
      this.#socket?.write(own);
    }
    return await this.answered();
  }

  /** Waits for so many frames that nobody asked for here. */
  async hears(frames: number): Promise<readonly string[]> {
    const isThere = () => {
      this.#take();
      return this.#answered.length >= frames;
    };
    const inTime = await this.#socket?.until(isThere, REPLY_DEADLINE_MS);
    return inTime === true ? this.#drain() : [...this.#drain(), `${this.name} < nothing more`];
  }

  /** Waits, without a word, for the server to close. */
  async closes(deadlineMs: number): Promise<readonly string[]> {
    const inTime = await this.#socket?.until(() => false, deadlineMs);
    this.#take();
    const open = inTime === true ? [] : [`${this.name} < still open`];
    return [...this.#drain(), ...open, ...this.#sayClosed()];
  }

  drop(): void {
    this.#toldClosed = true;
    this.#socket?.destroy();
  }

  #readAlong(bytes: Uint8Array, isOwn: boolean): void {
    this.#sent.push(bytes);
    for (;;) {
      const announced = this.#sent.announced ?? 0;
      if (announced < 0 || announced > FRAME_BYTES_MAX) this.#mustClose = true;
      const payload = this.#mustClose ? undefined : this.#sent.next();
      if (payload === undefined) return;
      this.#expect(payload, isOwn);
    }
  }

  #expect(payload: Uint8Array, isOwn: boolean): void {
    if (!this.#hasAskedToConnect) {
      this.#hasAskedToConnect = true;
      this.#symbols.unsettle();
      this.#pending.push({ ...NOT_ASKED, isOwn });
      return;
    }
    if (payload.length < HEADER_BYTES) {
      this.#mustClose = true;
      return;
    }
    const opcode = new DataView(payload.buffer, payload.byteOffset).getInt32(4);
    // A ping is answered under its own xid, whatever it came with.
    const xid = opcode === OPCODES.ping ? XIDS.ping : xidOf(payload);
    const isConfig = Buffer.from(payload).includes(CONFIG_PATH);
    this.#pending.push({ xid, opcode, isConfig, isOwn });
    if (opcode === OPCODES.close) this.#mustClose = true;
  }

  /** Decodes what has arrived, in order. */
  #take(): void {
    for (;;) {
      const payload = this.#received.next();
      if (payload === undefined) return;
      const decoded = this.#decode(payload);
      if (decoded !== undefined) this.#answered.push(decoded);
    }
  }

  #decode(payload: Uint8Array): Decoded | undefined {
    if (this.#state === "new") {
      this.#pending.shift();
      const { grant, ...decoded } = decodeConnect(payload, this.#symbols);
      this.#state = grant === undefined ? "refused" : "connected";
      this.grant = grant;
      return decoded;
    }
    const xid = xidOf(payload);
    const index = this.#pending.findIndex((pending) => pending.xid === xid);
    const asked = this.#pending[index];
    if (asked === undefined) {
      if (xid === XIDS.notification) return decodeEvent(payload);
      const decoded = decodeReply(payload, { ...NOT_ASKED, xid }, this.#symbols);
      return { ...decoded, said: `NOT ASKED ${decoded.said}` };
    }
    this.#pending.splice(index, 1);
    if (asked.isOwn) return undefined;
    if (asked.opcode === OPCODES.close) this.#hasEnded = true;
    const decoded = decodeReply(payload, asked, this.#symbols);
    return index === 0 ? decoded : { ...decoded, said: `OUT OF ORDER ${decoded.said}` };
  }

  #drain(): string[] {
    const lines = this.#answered.flatMap(({ said, hex }) => [
      `${this.name} < ${said}`,
      `    ${hex}`,
    ]);
    this.#answered.length = 0;
    return lines;
  }

  #sayClosed(): readonly string[] {
    if (this.isOpen || this.#toldClosed) return [];
    this.#toldClosed = true;
    const rest = this.#received.takeAll();
    const cut = rest.length === 0 ? "" : ` after ${rest.length} bytes of a frame`;
    return [`${this.name} < closed${cut}`];
  }
}

function request(xid: number, opcode: number, record: Uint8Array): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32BE(xid, 0);
  header.writeInt32BE(opcode, 4);
  return framed(Buffer.concat([header, record]), new Map());
}
