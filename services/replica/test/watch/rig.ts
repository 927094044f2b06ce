import { createLogger } from "@meerkat/telemetry";
import {
  CreateMode,
  DataTree,
  isAllowed,
  OPEN_ACL_UNSAFE,
  type Operation,
  Perms,
  prepare,
  TxnBatchWriter,
} from "@meerkat/tree";
import { DisclosurePolicy, WatchSubjects } from "@meerkat/watch-events";
import { type Proposal, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import { Delivery } from "../../src/pipeline/delivery.ts";
import type { LogPart } from "../../src/storage/storage-client.ts";
import { EventMessages } from "../../src/watch/event-messages.ts";
import type { LogReader } from "../../src/watch/log-cursor.ts";
import { RecentChanges } from "../../src/watch/recent-changes.ts";
import { WatchPublisher } from "../../src/watch/watch-publisher.ts";
import { zxid } from "../storage/folder.ts";
import { FakeStream } from "./fake-stream.ts";

export const create = (path: string, data = "x") =>
  ({ type: "create", path, data, acl: OPEN_ACL_UNSAFE, mode: CreateMode.PERSISTENT }) as const;

export const set = (path: string, data: string) =>
  ({ type: "setData", path, data, version: -1 }) as const;

export const isReadable = (acl: Parameters<typeof isAllowed>[0]) =>
  isAllowed(acl, Perms.READ, [], new DataTree().options.aclPolicy);

/** One replica: what was committed, its log, and a publisher that has not begun. */
export class Rig implements LogReader {
  readonly delivery: Delivery;
  readonly recent: RecentChanges;
  readonly stream: FakeStream;
  readonly publisher: WatchPublisher;
  readonly log: Proposal[] = [];
  logStart: Zxid = ZXID_ZERO;
  /** A row of the log that cannot be read. */
  damaged: Zxid | undefined;
  timeMs = Date.now();
  readonly #leader = new DataTree();
  readonly #writer = new TxnBatchWriter();
  #next = zxid(1, 1);
  #number = 0;

  constructor(options: { changesMax?: number; stream?: FakeStream } = {}) {
    const { changesMax = 10_000, stream = new FakeStream() } = options;
    const memory = { changesMax, bytesMax: 1_000_000, dataBytesMax: 100 };
    this.stream = stream;
    this.recent = new RecentChanges(memory, isReadable);
    this.delivery = new Delivery(new DataTree(), this.recent);
    this.publisher = new WatchPublisher({
      delivery: this.delivery,
      recent: this.recent,
      log: this,
      isReadable,
      messages: new EventMessages({
        subjects: new WatchSubjects("meerkat.test"),
        policy: new DisclosurePolicy(),
        dataBytesMax: 100,
        messageBytesMax: () => 100_000,
      }),
      openStream: async () => stream,
      ageMsMax: 60_000,
      logger: createLogger({ name: "test", level: "fatal" }),
    });
  }

  begin(): void {
    this.publisher.begin(this.delivery.applied);
  }

  /** Commits them in one batch. */
  commit(...operations: readonly Operation[]): Proposal {
    const [previous, first] = [(this.#next - 1) as Zxid, this.#next];
    this.#writer.begin(first, this.timeMs);
    for (const operation of operations) {
      const origin = { gateway: 1, number: ++this.#number };
      const request = { origin, session: 0, credentials: [], operation };
      const stamp = { zxid: this.#next, time: this.timeMs };
      this.#writer.add(prepare(this.#leader, request, stamp));
      this.#next = (this.#next + 1) as Zxid;
    }
    const payload = this.#writer.finish(this.#leader.digestHex);
    const last = (this.#next - 1) as Zxid;
    const proposal = { previous: this.log.at(-1)?.last ?? ZXID_ZERO, first, last, payload };
    this.log.push({ ...proposal, kind: "txns" });
    this.#leader.journal.commit(last);
    this.delivery.deliver({ ...proposal, kind: "txns" });
    this.publisher.delivered();
    return { ...proposal, previous, kind: "txns" };
  }

  /** Of another replica with the same history, whose memory begins now. */
  replay(log: readonly Proposal[]): void {
    for (const proposal of log) {
      this.log.push(proposal);
      this.delivery.deliver(proposal);
      this.#next = (proposal.last + 1) as Zxid;
    }
  }

  async readLog(after: Zxid, bytesMax: number): Promise<LogPart> {
    if (after < this.logStart) return { kind: "gone", logStart: this.logStart };
    const proposals: Proposal[] = [];
    let bytes = 0;
    for (const proposal of this.log.filter(({ last }) => last > after)) {
      bytes += proposal.payload.byteLength;
      const isDamaged = proposal.last === this.damaged;
      if (proposals.length > 0 && (bytes > bytesMax || isDamaged)) break;
      if (isDamaged) return { kind: "gone", logStart: proposal.last };
      proposals.push(proposal);
    }
    return { kind: "log", proposals };
  }
}
