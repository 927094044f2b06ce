import { MarshallingError, OpCode } from "@meerkat/jute";
import {
  type DataTree,
  type Id,
  type Operation,
  ResultCode,
  type SessionId,
  type TxnResult,
  type WatcherId,
} from "@meerkat/tree";
import { invariant } from "@meerkat/zab";
import { Unavailable } from "../coordination.ts";
import { Deque } from "../deque.ts";
import { authenticate } from "./authenticate.ts";
import { type Connection, Hold, type Stage } from "./connection.ts";
import type { FrameReader } from "./frame-reader.ts";
import type { Ticket } from "./handshake.ts";
import { Latency } from "./latency.ts";
import { answerLocally, readSync, writeSyncReply } from "./local-answers.ts";
import { type Pending, PendingWireWrite, type WriteOwner } from "./pending.ts";
import type { Reading } from "./reads.ts";
import { writePing, writeReply } from "./reply.ts";
import type { SessionHolder } from "./session-registry.ts";
import type { WatchDesk, Watcher } from "./watch-desk.ts";
import { writeAnswer } from "./write-replies.ts";
import { isWrite, readMulti, readWrite } from "./write-requests.ts";

const HEADER_BYTES = 8;
const NO_OPCODES: readonly number[] = [];
/** What stands in the header where no txn is meant. */
const NO_ZXID = 0;
const UNIMPLEMENTED_ZXID = -1;
/** A client that waits for a write hears from us this often in its timeout, so that it stays. */
const SIGNS_OF_LIFE_PER_TIMEOUT = 6;

/**
 * A connection with a session: its requests in the order in which they came, and as they are
 * answered. Writes go to the leader at once, many at a time; whatever is answered here waits only for
 * the writes before it, and is answered while their txn is applied, so that it never sees a later one.
 */
export class ClientSession implements Stage, WriteOwner, SessionHolder, Watcher, Reading {
  readonly session: SessionId;
  readonly timeoutMs: number;
  readonly connection: Connection;
  readonly watcher: WatcherId;
  readonly desk: WatchDesk;
  readonly #pending = new Deque<Pending>();
  #pendingBytes = 0;
  #isClosing = false;
  #readsOnSoon = false;
  #isOver = false;
  /** Until then the leader, which heard of the client through us, does not let the session expire. */
  #vouchedUntilMs: number;
  readonly latency = new Latency();
  received = 0;
  sent = 0;
  lastXid = 0;
  lastOpCode = 0;
  lastZxid = 0;

  constructor(connection: Connection, ticket: Ticket) {
    const { services } = connection;
    this.connection = connection;
    this.session = ticket.session;
    this.timeoutMs = ticket.timeoutMs;
    this.#vouchedUntilMs = services.nowMs() + ticket.timeoutMs;
    this.desk = services.desk;
    this.watcher = this.desk.open(this);
    services.sessions.find(this.session)?.onSessionLost("moved");
    services.sessions.enter(this.session, this);
  }

  get credentials(): readonly Id[] {
    return this.connection.credentials;
  }

  get tree(): DataTree {
    return this.connection.services.coordination.tree;
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** After a standstill of this process the session may have expired without our knowing. */
  onHeard(nowMs: number): void {
    if (nowMs > this.#vouchedUntilMs) this.connection.drop();
    else this.#vouch(nowMs);
  }

  onBytes(): boolean {
    return false;
  }

  onFrame(frames: FrameReader): void {
    const { services, reader, heardAtMs } = this.connection;
    if (this.#isClosing) return;
    if (frames.end - frames.start < HEADER_BYTES) {
      this.connection.end();
      return;
    }
    reader.reset(frames.buffer);
    reader.within(frames.start, frames.end);
    const xid = reader.readInt();
    const opCode = reader.readInt();
    const isMulti = opCode === OpCode.multi;
    if (isMulti || isWrite(opCode) || opCode === OpCode.closeSession) {
      if (services.room.isFull) {
        frames.unread();
        this.#waitForRoom();
        return;
      }
      this.#countReceived(xid, opCode);
      this.#submit(xid, opCode, frames);
    } else if (this.#pending.size > 0) {
      if (isBarrier(opCode)) {
        frames.unread();
        this.connection.hold(Hold.barrier);
        return;
      }
      this.#countReceived(xid, opCode);
      const frame = Buffer.from(frames.buffer.subarray(frames.start, frames.end));
      this.#push({ kind: "frame", frame, arrivedAtMs: heardAtMs }, frame.length);
    } else {
      this.#countReceived(xid, opCode);
      this.#answerHere(xid, opCode, heardAtMs);
    }
  }

  onAnswered(write: PendingWireWrite, result: TxnResult): void {
    this.connection.services.room.giveBack(write.bytes);
    if (this.#isOver) return;
    invariant(
      this.#pending.first() === write,
      "a session's writes are answered in order",
      write.xid,
    );
    this.#shift();
    this.#answerWrite(write, result);
    this.#answerFrames();
    if (!this.#isOver) this.#maybeReadOn();
  }

  /** What became of the write is not known; a client learns that from a connection that is lost. */
  onFailed(error: Error): void {
    if (this.#isOver) return;
    const { log } = this.connection.services;
    log.info({ client: this.connection.address }, `Closing a connection: ${error.message}`);
    this.connection.drop();
  }

  onSessionLost(why: "closed" | "moved"): void {
    // Who closed it is answered first.
    if (why === "closed" && this.#isClosing) return;
    if (why === "closed") this.connection.services.counters.sessionsExpired += 1;
    this.connection.end();
  }

  onRoom(): void {
    this.connection.release(Hold.room);
  }

  notify(frame: Uint8Array): void {
    if (this.#isOver) return;
    this.connection.out.writer.writeRaw(frame);
    this.sent += 1;
    this.connection.services.counters.packetsSent += 1;
    this.connection.checkUnsent();
  }

  onTick(nowMs: number): void {
    const { services } = this.connection;
    // A client that we do not read may well be alive.
    if (this.connection.isHeld && !this.connection.isHeldFor(Hold.unsent)) this.#vouch(nowMs);
    if (nowMs > this.#vouchedUntilMs) {
      services.log.info(
        { client: this.connection.address, session: this.session.toString(16) },
        services.coordination.isServing
          ? "Closing a connection whose client was silent for its session timeout"
          : "Closing a connection: without a leader the session may have expired by now",
      );
      this.connection.end();
      return;
    }
    const isWaiting = this.#pending.size > 0 || this.connection.isHeldFor(Hold.sync);
    const silenceMs = nowMs - this.connection.sentAtMs;
    if (!isWaiting || silenceMs < this.timeoutMs / SIGNS_OF_LIFE_PER_TIMEOUT) return;
    writePing(this.connection.out.writer, this.tree.lastZxid);
  }

  onClose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { desk, sessions, room } = this.connection.services;
    desk.close(this.watcher);
    sessions.leave(this.session, this);
    room.forget(this);
    this.#pending.clear();
  }

  /** The leader is told with the next tick, and only what it is told counts. */
  #vouch(nowMs: number): void {
    const { coordination } = this.connection.services;
    if (nowMs > this.#vouchedUntilMs || !coordination.isServing) return;
    coordination.touch(this.session);
    this.#vouchedUntilMs = nowMs + this.timeoutMs;
  }

  #submit(xid: number, opCode: number, frames: FrameReader): void {
    const { reader, services, heardAtMs: arrivedAtMs } = this.connection;
    const bytes = frames.end - frames.start;
    let operation: Operation;
    let opCodes = NO_OPCODES;
    try {
      if (opCode === OpCode.multi) ({ operation, opCodes } = readMulti(reader));
      else if (opCode === OpCode.closeSession) {
        operation = { type: "closeSession", session: this.session };
      } else operation = readWrite(opCode, reader);
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error;
      this.#answerUnreadable(frames, arrivedAtMs);
      return;
    }
    const request = { xid, opCode, opCodes, operation, bytes, arrivedAtMs };
    const write = new PendingWireWrite(this, this, request);
    try {
      services.coordination.enqueue(write, write);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      this.onFailed(error);
      return;
    }
    services.room.take(bytes);
    if (opCode === OpCode.closeSession) this.#isClosing = true;
    this.#push(write, bytes);
  }

  /** Nothing of it goes to the leader; the answer still waits for its turn. */
  #answerUnreadable(frames: FrameReader, arrivedAtMs: number): void {
    const frame = Buffer.from(frames.buffer.subarray(frames.start, frames.end));
    this.#push({ kind: "frame", frame, arrivedAtMs }, frame.length);
    if (this.#pending.size === 1) this.#answerFrames();
  }

  #push(pending: Pending, bytes: number): void {
    this.#pending.push(pending);
    this.#pendingBytes += bytes;
    const { pendingPerConnectionMax, pendingBytesPerConnectionMax } =
      this.connection.services.limits;
    const isFull =
      this.#pending.size >= pendingPerConnectionMax ||
      this.#pendingBytes >= pendingBytesPerConnectionMax;
    if (isFull) this.connection.hold(Hold.pending);
  }

  #shift(): void {
    const pending = this.#pending.shift();
    if (pending === undefined) return;
    this.#pendingBytes -= pending.kind === "write" ? pending.bytes : pending.frame.length;
  }

  /** Everything up to the next write. */
  #answerFrames(): void {
    const { reader } = this.connection;
    for (let next = this.#pending.first(); next?.kind === "frame"; next = this.#pending.first()) {
      this.#shift();
      reader.reset(next.frame);
      const xid = reader.readInt();
      const opCode = reader.readInt();
      this.#answerHere(xid, opCode, next.arrivedAtMs);
      if (this.#isOver) return;
    }
  }

  /** It may be in the middle of a batch of txns: reading on has to wait for its end. */
  #maybeReadOn(): void {
    const { connection } = this;
    const isDue =
      (connection.isHeldFor(Hold.pending) && this.#hasDrained) ||
      (connection.isHeldFor(Hold.barrier) && this.#pending.size === 0);
    if (!isDue || this.#readsOnSoon) return;
    this.#readsOnSoon = true;
    setImmediate(this.#readOn);
  }

  /** Half of what it may be, so that the socket is not stopped and started for every request. */
  get #hasDrained(): boolean {
    const { pendingPerConnectionMax, pendingBytesPerConnectionMax } =
      this.connection.services.limits;
    return (
      this.#pending.size <= pendingPerConnectionMax / 2 &&
      this.#pendingBytes <= pendingBytesPerConnectionMax / 2
    );
  }

  readonly #readOn = (): void => {
    this.#readsOnSoon = false;
    if (this.#isOver) return;
    if (this.#hasDrained) this.connection.release(Hold.pending);
    if (this.#pending.size === 0) this.connection.release(Hold.barrier);
  };

  #waitForRoom(): void {
    this.connection.hold(Hold.room);
    this.connection.services.room.wait(this);
  }

  /** Whatever is not a write, with the reader behind the header. */
  #answerHere(xid: number, opCode: number, arrivedAtMs: number): void {
    const { reader, out, services } = this.connection;
    if (answerLocally(this, { xid, opCode, reader, writer: out.writer })) {
      this.#countSent(arrivedAtMs);
      return;
    }
    switch (opCode) {
      case OpCode.sync:
        this.#sync(xid, arrivedAtMs);
        break;
      case OpCode.auth:
        this.#authenticate(xid, arrivedAtMs);
        break;
      default:
        writeReply(out.writer, xid, UNIMPLEMENTED_ZXID, ResultCode.UNIMPLEMENTED);
        this.#countSent(arrivedAtMs);
        services.counters.badFrames += 1;
        this.connection.end();
    }
  }

  #authenticate(xid: number, arrivedAtMs: number): void {
    const { services, reader, out } = this.connection;
    const credentials = authenticate(reader, this.credentials, services.superDigest);
    const code = credentials === undefined ? ResultCode.AUTHFAILED : ResultCode.OK;
    writeReply(out.writer, xid, NO_ZXID, code);
    this.#countSent(arrivedAtMs);
    if (credentials !== undefined) {
      this.connection.credentials = credentials;
    } else {
      services.counters.authFailed += 1;
      this.connection.end();
    }
  }

  /**
   * A barrier: later reads see at least what was acknowledged anywhere before. ZooKeeper's leader
   * answers without asking a quorum, this one asks.
   */
  #sync(xid: number, arrivedAtMs: number): void {
    const { connection } = this;
    const frame = readSync(connection.reader);
    connection.hold(Hold.sync);
    const how = { session: 0, consistency: "linearizable" } as const;
    connection.services.coordination
      .read(how, (tree) => tree.lastZxid)
      .then(
        (zxid) => {
          if (this.#isOver) return;
          writeSyncReply(connection.out.writer, xid, zxid, frame);
          this.#countSent(arrivedAtMs);
          connection.release(Hold.sync);
        },
        (error: unknown) =>
          this.onFailed(error instanceof Error ? error : new Error(String(error))),
      );
  }

  #answerWrite(write: PendingWireWrite, result: TxnResult): void {
    this.lastZxid = result.zxid;
    const isMoved = result.type === "error" && result.code === ResultCode.SESSIONMOVED;
    if (!isMoved) {
      writeAnswer(this.connection.out.writer, write, result);
      this.#countSent(write.arrivedAtMs);
    }
    if (isMoved || write.opCode === OpCode.closeSession) this.connection.end();
  }

  #countReceived(xid: number, opCode: number): void {
    this.connection.services.counters.packetsReceived += 1;
    this.received += 1;
    this.lastXid = xid;
    this.lastOpCode = opCode;
  }

  #countSent(arrivedAtMs: number): void {
    const { counters, nowMs } = this.connection.services;
    const latencyMs = nowMs() - arrivedAtMs;
    this.sent += 1;
    this.latency.add(latencyMs);
    counters.packetsSent += 1;
    counters.latency.add(latencyMs);
    this.connection.checkUnsent();
  }
}

/** Nothing behind them may be looked at before they are through. */
function isBarrier(opCode: number): boolean {
  return opCode === OpCode.sync || opCode === OpCode.auth;
}
