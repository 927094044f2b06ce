import { connect, type Socket } from "node:net";
import {
  CONNECT_RESPONSE_BYTES,
  connectFrame,
  createBody,
  getDataBody,
  type NodeValue,
  OpCode,
  pathBody,
  REPLY_START_BYTES,
  readConnectResponse,
  readDataAndVersion,
  requestFrame,
} from "./protocol.ts";

interface Waiting {
  readonly resolve: (body: Buffer) => void;
  readonly reject: (error: Error) => void;
}

const SESSION_TIMEOUT_MS = 30_000;

/** An ordinary client with one promise per request: prepares znodes, and looks at them afterwards. */
export class Client implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #isConnected = false;
  #ended: Error | undefined;
  #xid = 0;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () =>
      this.#fail(new Error(`the server on port ${port} closed a connection`)),
    );
  }

  static async open(port: number): Promise<Client> {
    const client = new Client(connect({ host: "127.0.0.1", port, noDelay: true }), port);
    const response = await client.#ask(connectFrame(SESSION_TIMEOUT_MS));
    if (readConnectResponse(response) === null) throw new Error(`no session on port ${port}`);
    return client;
  }

  async create(node: NodeValue): Promise<void> {
    await this.#request(OpCode.create, createBody(node));
  }

  async getData(path: string): Promise<{ readonly data: string; readonly version: number }> {
    return readDataAndVersion(await this.#request(OpCode.getData, getDataBody(path)));
  }

  /** A one-shot watch, whose notification nobody here waits for. */
  async watchData(path: string): Promise<void> {
    await this.#request(OpCode.getData, getDataBody(path, true));
  }

  /** Later reads here show what was committed before. */
  async sync(): Promise<void> {
    await this.#request(OpCode.sync, pathBody("/"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The server closes the connection behind the reply.
    await this.#request(OpCode.closeSession, () => undefined).catch(() => undefined);
    this.#socket.destroy();
  }

  #request(type: number, body: Parameters<typeof requestFrame>[2]): Promise<Buffer> {
    this.#xid += 1;
    return this.#ask(requestFrame(this.#xid, type, body));
  }

  #ask(frame: Buffer): Promise<Buffer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket.write(frame);
    });
  }

  #onData(chunk: Buffer): void {
    let bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) {
      const length = 4 + bytes.readInt32BE(0);
      this.#onReply(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#bytes = bytes;
  }

  #onReply(reply: Buffer): void {
    const waiting = this.#waiting.shift();
    if (!this.#isConnected) {
      this.#isConnected = reply.length === CONNECT_RESPONSE_BYTES;
      waiting?.resolve(reply);
      return;
    }
    const err = reply.readInt32BE(16);
    if (err === 0) waiting?.resolve(reply.subarray(REPLY_START_BYTES));
    else waiting?.reject(new Error(`the server answers with error ${err}`));
  }

  #fail(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
