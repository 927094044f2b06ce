import type { ToGateway, ToLeader } from "@meerkat/transport";
import { DataTree, OPEN_ACL_UNSAFE, type Operation, type TxnResult } from "@meerkat/tree";
import { EPOCH_ZERO, type Epoch, makeZxid, ZXID_ZERO, type Zxid } from "@meerkat/zab";
import type { Caller, ReadOptions, Write } from "../../../src/coordination.ts";
import { CalledWrite } from "../../../src/observer/called-write.ts";
import { GatewaySink, Listeners } from "../../../src/observer/gateway-sink.ts";
import { DEFAULT_LIMITS, type ObserverLimits } from "../../../src/observer/limits.ts";
import { Requests } from "../../../src/observer/requests.ts";
import type { ScriptedLeader } from "./scripted-leader.ts";

export const GATEWAY = 4711;

/** The fate of one request, as its caller sees it. */
export class Outcome {
  result: TxnResult | undefined = undefined;
  value: unknown = undefined;
  error: Error | undefined = undefined;

  get state(): "pending" | "done" | "failed" {
    if (this.error !== undefined) return "failed";
    return this.result === undefined && this.value === undefined ? "pending" : "done";
  }
}

/** `Requests` with a clock, an event loop and a network that the test moves by hand. */
export class Rig {
  readonly requests: Requests;
  readonly limits: ObserverLimits;
  tree = new DataTree();
  nowMs = 0;
  readonly warnings: { readonly fields: object; readonly message: string }[] = [];
  /** Sent and not delivered. */
  sent: ToLeader[] = [];
  /** What was told to callers, in order. */
  readonly told: string[] = [];
  readonly #deferred: (() => void)[] = [];
  readonly #sink: GatewaySink;
  position: Zxid = ZXID_ZERO;
  /** Of the leader caught up with last. */
  epoch: Epoch = EPOCH_ZERO;

  constructor(limits: Partial<ObserverLimits> = {}) {
    this.limits = { ...DEFAULT_LIMITS, ...limits };
    this.requests = new Requests({
      gateway: GATEWAY,
      limits: this.limits,
      link: { send: (message) => void this.sent.push(message) },
      nowMs: () => this.nowMs,
      log: { warn: (fields, message) => void this.warnings.push({ fields, message }) },
      defer: (action) => void this.#deferred.push(action),
      tree: () => this.tree,
    });
    this.#sink = new GatewaySink(GATEWAY, this.requests, new Listeners());
  }

  /** A write that succeeds on any tree; its path is its name in `told`. */
  create(path: string, session = 0): Outcome {
    const operation: Operation = { type: "create", path, data: "", acl: OPEN_ACL_UNSAFE, mode: 0 };
    return this.write({ session, credentials: [], operation }, path);
  }

  write(write: Write, name = "write"): Outcome {
    const outcome = new Outcome();
    const reject = (error: Error): void => {
      outcome.error = error;
      this.told.push(`${name} failed`);
    };
    try {
      const caller: Caller = {
        hears: "settled",
        answered: (result) => {
          outcome.result = result;
          this.told.push(name);
        },
        failed: reject,
      };
      this.requests.submit(new CalledWrite(write, caller, this.nowMs));
    } catch (error) {
      reject(error as Error);
    }
    return outcome;
  }

  /** Counts znodes: the value tells how much of the writes the read saw. */
  read(how: Partial<ReadOptions>, name = "read"): Outcome {
    const outcome = new Outcome();
    this.requests.read(
      { session: 0, consistency: "sequential", ...how },
      (tree) => tree.getChildren("/")?.children.filter((child) => child !== "zookeeper"),
      (value) => {
        outcome.value = value;
        this.told.push(name);
      },
      (error) => {
        outcome.error = error as Error;
        this.told.push(`${name} failed`);
      },
    );
    return outcome;
  }

  /** The rest of this turn of the event loop. */
  endTurn(): void {
    for (let action = this.#deferred.shift(); action; action = this.#deferred.shift()) action();
  }

  takeSent(): ToLeader[] {
    this.endTurn();
    const sent = this.sent;
    this.sent = [];
    return sent;
  }

  /** Messages go both ways until both sides are quiet; `lose` drops some on the way to the leader. */
  exchange(leader: ScriptedLeader, lose: (message: ToLeader) => boolean = () => false): void {
    for (let sent = this.takeSent(); sent.length > 0; sent = this.takeSent()) {
      for (const message of sent) {
        if (lose(message)) continue;
        for (const answer of leader.take(message)) this.hear(answer);
      }
    }
  }

  hear(message: ToGateway): void {
    this.requests.onMessage(message);
  }

  /** Applies what the leader has logged and this gateway has not, as one sound batch. */
  applyFrom(leader: ScriptedLeader): void {
    if (this.applyPart(leader)) this.requests.onApplied(this.position);
  }

  /** The same, without the end of the batch. */
  applyPart(leader: ScriptedLeader): boolean {
    const missing = leader.log.filter(({ zxid }) => zxid > this.position);
    for (const { zxid, txn } of missing) {
      this.tree.apply(txn, zxid, this.#sink);
      this.position = zxid;
    }
    return missing.length > 0;
  }

  /** The leader's epoch is established and all of its history applied here. */
  catchUp(leader: ScriptedLeader): void {
    this.applyFrom(leader);
    this.epoch = leader.epoch;
    this.position = Math.max(this.position, makeZxid(leader.epoch, 0)) as Zxid;
    this.requests.onCaughtUp(leader.epoch, this.position);
  }
}
