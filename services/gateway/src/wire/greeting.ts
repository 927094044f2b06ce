import { randomBytes } from "node:crypto";
import { MarshallingError, OpCode } from "@meerkat/jute";
import type { TxnResult } from "@meerkat/tree";
import { Unavailable, type Write, type WriteCourse } from "../coordination.ts";
import { ClientSession } from "./client-session.ts";
import { type Connection, Hold, type Stage } from "./connection.ts";
import type { FrameReader } from "./frame-reader.ts";
import {
  type ConnectRequest,
  NO_TICKET,
  negotiate,
  PASSWORD_BYTES,
  readConnectRequest,
  type Ticket,
  writeConnectResponse,
} from "./handshake.ts";
import type { Waiting } from "./room.ts";

/** What a handshake counts among the unanswered writes. */
const HANDSHAKE_BYTES = 64;
/** What stands for it in a trace: it has no header. */
const HANDSHAKE = { xid: 0, opCode: OpCode.createSession };

/** A connection before it has a session: it may say a four-letter word, or ask to connect. */
export class Greeting implements Stage, Waiting {
  readonly #connection: Connection;
  #isOver = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  onHeard(): void {
    // Only frames count.
  }

  onBytes(frames: FrameReader): boolean {
    const first = frames.peekInt();
    if (first === undefined) return false;
    const connection = this.#connection;
    const answer = connection.services.words.answer(first);
    if (answer === undefined) return false;
    connection.end();
    connection.socket.write(answer);
    return true;
  }

  onFrame(frames: FrameReader): void {
    const connection = this.#connection;
    const { reader, services } = connection;
    if (services.room.isFull) {
      frames.unread();
      connection.hold(Hold.room);
      services.room.wait(this);
      return;
    }
    connection.hold(Hold.handshake);
    services.counters.packetsReceived += 1;
    services.counters.connectionRequests += 1;
    reader.reset(frames.buffer);
    reader.within(frames.start, frames.end);
    try {
      const request = readConnectRequest(reader);
      if (request.lastZxidSeen > services.coordination.tree.lastZxid) this.#catchUp(request);
      else this.#begin(request);
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error;
      services.counters.badFrames += 1;
      connection.end();
    }
  }

  onRoom(): void {
    this.#connection.release(Hold.room);
  }

  onDrain(): boolean {
    return true;
  }

  onTick(nowMs: number): void {
    const connection = this.#connection;
    const { limits, counters } = connection.services;
    // Who waits for us is not to blame.
    if (connection.isHeldFor(Hold.handshake) || connection.isHeldFor(Hold.room)) return;
    if (nowMs - connection.openedAtMs < limits.handshakeTimeoutMs) return;
    counters.sessionlessExpired += 1;
    connection.drop();
  }

  onFinish(): void {
    this.#connection.end();
  }

  onClose(): void {
    this.#isOver = true;
    this.#connection.services.room.forget(this);
  }

  /**
   * The client has seen more than is applied here. Either this gateway is behind, which a barrier
   * cures, or the client comes from another ensemble: then it is left without an answer, as by a
   * ZooKeeper that is behind, and tries elsewhere.
   */
  #catchUp(request: ConnectRequest): void {
    const connection = this.#connection;
    const how = { session: 0, consistency: "linearizable" } as const;
    connection.services.coordination
      .read(how, (tree) => tree.lastZxid)
      .then(
        (lastZxid) => {
          if (this.#isOver) return;
          if (request.lastZxidSeen > lastZxid) connection.drop();
          else this.#begin(request);
        },
        () => connection.drop(),
      );
  }

  #begin(request: ConnectRequest): void {
    const { services } = this.#connection;
    const timeoutMs = negotiate(request.timeoutMs, services.sessionTimeouts);
    if (request.session === 0) {
      const password = randomBytes(PASSWORD_BYTES).toString("latin1");
      const operation = { type: "createSession", timeoutMs, password, owned: true } as const;
      this.#submit({ session: 0, credentials: [], operation }, request, password);
      return;
    }
    services.counters.revalidations += 1;
    const { session, password } = request;
    if (!Number.isSafeInteger(session) || session < 0 || password.length !== PASSWORD_BYTES) {
      this.#refuse(request);
      return;
    }
    const operation = { type: "attachSession", session, password, timeoutMs } as const;
    this.#submit({ session: 0, credentials: [], operation }, request, password);
  }

  #submit(write: Write, request: ConnectRequest, password: string): void {
    const connection = this.#connection;
    const { coordination, room, traces } = connection.services;
    const { heardAtMs: arrivedAtMs } = connection;
    const trace = traces?.begin(arrivedAtMs);
    const traced = { ...HANDSHAKE, request: write, arrivedAtMs, trace };
    const client = { session: request.session, connection };
    const failed = (error: Error, course?: WriteCourse) => {
      room.giveBack(HANDSHAKE_BYTES);
      connection.drop();
      traces?.onFailed(client, traced, error, course);
    };
    room.take(HANDSHAKE_BYTES);
    try {
      coordination.enqueue(
        { ...write, traceparent: trace?.traceparent },
        {
          hears: "early",
          answered: (result, course) => {
            room.giveBack(HANDSHAKE_BYTES);
            this.#onAnswer(result, request, password);
            traces?.onAnswered(client, traced, { result, course });
          },
          failed,
        },
      );
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      // There is no quorum, or no room: the client tries elsewhere.
      failed(error);
    }
  }

  #onAnswer(result: TxnResult, request: ConnectRequest, password: string): void {
    // A session that was made for nobody expires by itself.
    if (this.#isOver) return;
    if (result.type !== "session") {
      this.#refuse(request);
      return;
    }
    const { session, timeoutMs } = result;
    const ticket: Ticket = { session, timeoutMs, password };
    const connection = this.#connection;
    writeConnectResponse(connection.out.writer, ticket, request.hasReadOnlyFlag);
    connection.services.counters.packetsSent += 1;
    connection.stage = new ClientSession(connection, ticket);
    this.#isOver = true;
    // Not now: a batch of txns is being applied.
    setImmediate(() => connection.release(Hold.handshake));
  }

  #refuse({ hasReadOnlyFlag }: ConnectRequest): void {
    const connection = this.#connection;
    writeConnectResponse(connection.out.writer, NO_TICKET, hasReadOnlyFlag);
    connection.end();
  }
}
