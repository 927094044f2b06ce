import { MarshallingError, OpCode } from "@meerkat/jute";
import {
  type DataTree,
  type Id,
  ResultCode,
  type SessionId,
  type TxnResult,
  type WatcherId,
} from "@meerkat/tree";
import { invariant } from "@meerkat/zab";
import { RequestTooLarge, Unavailable } from "../coordination.ts";
import { authenticate } from "./authenticate.ts";
import { type Connection, Hold, type Stage } from "./connection.ts";
import type { FrameReader } from "./frame-reader.ts";
import type { Ticket } from "./handshake.ts";
import { answerLocally, answerSasl, isBarrier, readSync, writeSyncReply } from "./local-answers.ts";
import { type Pending, PendingWireWrite, type WriteOwner } from "./pending.ts";
import { PendingRequests } from "./pending-requests.ts";
import type { Reading } from "./reads.ts";
import { NO_ZXID, writePing, writeReply, writeUnimplemented } from "./reply.ts";
import { RequestHead } from "./request-head.ts";
import type { SessionHolder } from "./session-registry.ts";
import { SyncBarrier, type SyncRequest } from "./sync-barrier.ts";
import { Traffic } from "./traffic.ts";
import { Vouching } from "./vouching.ts";
import type { WatchDesk, Watcher } from "./watch-desk.ts";
import { writeAnswer } from "./write-replies.ts";
import { isWrite } from "./write-requests.ts";

const HEADER_BYTES = 8;
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
  readonly #pending: PendingRequests;
  readonly #vouching: Vouching;
  readonly #syncs: SyncBarrier;
  /** The client has asked for the end of its session. */
  #isClosing = false;
  #isFinishing = false;
  #readsOnSoon = false;
  #isOver = false;
  readonly traffic: Traffic;
  readonly head: RequestHead;

  constructor(connection: Connection, ticket: Ticket) {
    const { services } = connection;
    this.connection = connection;
    this.session = ticket.session;
    this.timeoutMs = ticket.timeoutMs;
    this.traffic = new Traffic(services.counters);
    this.head = new RequestHead(this.session, this.credentials);
    this.#pending = new PendingRequests(services.limits);
    this.#vouching = new Vouching(services.coordination, ticket, services.nowMs());
    this.#syncs = new SyncBarrier(
      services.coordination,
      (request, zxid) => this.#onSynced(request, zxid),
      (error) => this.#fail(error),
    );
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
    if (this.#vouching.isOver(nowMs)) this.connection.drop();
    else this.#vouching.renew(nowMs);
  }

  onBytes(): boolean {
    return false;
  }

  onFrame(frames: FrameReader): void {
    const { services, reader, handledAtMs } = this.connection;
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
      this.traffic.onReceived(xid, opCode);
      this.#submit(xid, opCode, frames);
    } else if (this.#pending.size > 0) {
      if (isBarrier(opCode)) {
        frames.unread();
        this.connection.hold(Hold.barrier);
        return;
      }
      this.traffic.onReceived(xid, opCode);
      this.#push({ kind: "frame", frame: frames.copyFrame(), arrivedAtMs: handledAtMs });
    } else {
      this.traffic.onReceived(xid, opCode);
      this.#answerHere(xid, opCode, handledAtMs);
    }
  }

  onAnswered(write: PendingWireWrite, result: TxnResult, appliedFromMs: number): void {
    this.connection.services.room.giveBack(write.bytes);
    if (this.#isOver) return;
    invariant(
      this.#pending.first() === write,
      "a session's writes are answered in order",
      write.xid,
    );
    this.#pending.shift();
    this.#answerWrite(write, result, appliedFromMs);
    this.#answerFrames();
  }

  onFailed(write: PendingWireWrite, error: Error): void {
    this.connection.services.room.giveBack(write.bytes);
    this.#fail(error);
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
    this.traffic.onSent();
  }

  onTooManyWatches(): void {
    // Its answer is still being written.
    setImmediate(() => this.connection.leave("watches more than one client may"));
  }

  onDrain(): boolean {
    this.#answerFrames();
    return this.#pending.first()?.kind !== "frame";
  }

  onFinish(): void {
    this.#isFinishing = true;
    this.#maybeFinish();
  }

  onTick(nowMs: number): void {
    const { services } = this.connection;
    // A client that we do not read may well be alive.
    const isMute = this.connection.isHeld && !this.connection.isHeldFor(Hold.unsent);
    if (isMute) this.#vouching.renew(nowMs);
    if (this.#vouching.isOver(nowMs)) {
      services.log.info(
        { client: this.connection.address, session: this.session.toString(16) },
        services.coordination.isServing
          ? "Closing a connection whose client was silent for its session timeout"
          : "Closing a connection: without a leader the session may have expired by now",
      );
      this.connection.end();
      return;
    }
    this.#syncs.tick();
    const isWaiting = this.#pending.size > 0 || isMute;
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

  /** What became of a write is not known; a client learns that from a connection that is lost. */
  #fail(error: Error): void {
    if (this.#isOver) return;
    const { log } = this.connection.services;
    log.info({ client: this.connection.address }, `Closing a connection: ${error.message}`);
    this.connection.drop();
  }

  #submit(xid: number, opCode: number, frames: FrameReader): void {
    const { services, handledAtMs: arrivedAtMs } = this.connection;
    const bytes = frames.end - frames.start;
    const write = new PendingWireWrite(this, xid, opCode, { bytes, arrivedAtMs });
    services.room.take(bytes);
    try {
      services.coordination.take(write);
    } catch (error) {
      this.#onRefused(write, frames, error);
      return;
    }
    if (opCode === OpCode.closeSession) this.#isClosing = true;
    this.#push(write);
  }

  #onRefused(write: PendingWireWrite, frames: FrameReader, error: unknown): void {
    if (error instanceof MarshallingError) {
      this.connection.services.room.giveBack(write.bytes);
      this.#answerUnreadable(frames, write.arrivedAtMs);
    } else if (error instanceof Unavailable || error instanceof RequestTooLarge) {
      write.fail(error);
    } else throw error;
  }

  /** Nothing of it goes to the leader; the answer still waits for its turn. */
  #answerUnreadable(frames: FrameReader, arrivedAtMs: number): void {
    this.#push({ kind: "frame", frame: frames.copyFrame(), arrivedAtMs });
    if (this.#pending.size === 1) this.#answerFrames();
  }

  #push(pending: Pending): void {
    this.#pending.push(pending);
    if (this.#pending.isFull) this.connection.hold(Hold.pending);
  }

  /**
   * Everything up to the next write, now, because the next turn may see more. Behind the last write
   * there is no such hurry, and a client with much to take is not sent all of it at once.
   */
  #answerFrames(): void {
    const { connection } = this;
    const { reader } = connection;
    for (let next = this.#pending.first(); next?.kind === "frame"; next = this.#pending.first()) {
      if (this.#pending.writes === 0 && connection.isSwamped) {
        this.#answerOnSoon();
        return;
      }
      this.#pending.shift();
      reader.reset(next.frame);
      const xid = reader.readInt();
      const opCode = reader.readInt();
      this.#answerHere(xid, opCode, next.arrivedAtMs);
      if (this.#isOver) return;
    }
    if (this.#isOver) return;
    this.#maybeReadOn();
    this.#maybeFinish();
  }

  /** When this turn's answers have gone to the socket, which says whether it is too much. */
  #answerOnSoon(): void {
    const { connection } = this;
    connection.hold(Hold.unsent);
    setImmediate(() => {
      // Otherwise the socket says when the client has taken it.
      if (this.#isOver || connection.isSwamped) return;
      if (this.onDrain()) connection.release(Hold.unsent);
    });
  }

  #maybeFinish(): void {
    const isBusy = this.#pending.size > 0 || this.connection.isHeldFor(Hold.sync);
    if (this.#isFinishing && !isBusy) this.connection.end();
  }

  /** It may be in the middle of a batch of txns: reading on has to wait for its end. */
  #maybeReadOn(): void {
    const { connection } = this;
    const isDue =
      (connection.isHeldFor(Hold.pending) && this.#pending.hasDrained) ||
      (connection.isHeldFor(Hold.barrier) && this.#pending.size === 0);
    if (!isDue || this.#readsOnSoon) return;
    this.#readsOnSoon = true;
    setImmediate(this.#readOn);
  }

  readonly #readOn = (): void => {
    this.#readsOnSoon = false;
    if (this.#isOver) return;
    if (this.#pending.hasDrained) this.connection.release(Hold.pending);
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
      services.traces?.onRead(this, xid, opCode, arrivedAtMs);
      return;
    }
    switch (opCode) {
      case OpCode.sync:
        this.connection.hold(Hold.sync);
        this.#syncs.ask({ xid, path: readSync(reader), arrivedAtMs });
        break;
      case OpCode.auth:
        this.#orClose(() => this.#authenticate(xid, arrivedAtMs));
        break;
      case OpCode.sasl:
        this.#orClose(() => answerSasl({ xid, opCode, reader, writer: out.writer }));
        this.#countSent(arrivedAtMs);
        break;
      default:
        writeUnimplemented(out.writer, xid);
        this.#countSent(arrivedAtMs);
        services.counters.badFrames += 1;
        this.connection.end();
    }
  }

  /** Who proves who he is with what cannot be read gets no answer at all, as from ZooKeeper. */
  #orClose(answer: () => void): void {
    try {
      answer();
    } catch (error) {
      if (!(error instanceof MarshallingError)) throw error;
      this.connection.services.counters.badFrames += 1;
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

  #onSynced({ xid, path, arrivedAtMs }: SyncRequest, zxid: number): void {
    if (this.#isOver) return;
    writeSyncReply(this.connection.out.writer, xid, zxid, path);
    this.#countSent(arrivedAtMs);
    this.connection.services.traces?.onRead(this, xid, OpCode.sync, arrivedAtMs);
    this.connection.release(Hold.sync);
    this.#maybeFinish();
  }

  #answerWrite(write: PendingWireWrite, result: TxnResult, appliedFromMs: number): void {
    this.traffic.lastZxid = result.zxid;
    const isMoved = result.type === "error" && result.code === ResultCode.SESSIONMOVED;
    if (!isMoved) {
      writeAnswer(this.connection.out.writer, write, result);
      this.traffic.onWriteAnswered(appliedFromMs - write.arrivedAtMs);
      this.connection.checkUnsent();
    }
    if (isMoved || write.opCode === OpCode.closeSession) this.connection.end();
  }

  #countSent(arrivedAtMs: number): void {
    this.traffic.onReadAnswered(this.connection.services.nowMs() - arrivedAtMs);
    this.connection.checkUnsent();
  }
}
