import type { Bus, Subjects } from "@meerkat/bus";
import { JuteWriter } from "@meerkat/jute";
import { decodeToGateway, encodeToLeader, type ToGateway, ZabTransport } from "@meerkat/transport";
import {
  DataTree,
  encodeRequest,
  type Operation,
  readTxnBatch,
  SnapshotLoader,
  type TxnResult,
} from "@meerkat/tree";
import {
  EPOCH_ZERO,
  type Incarnation,
  Peer,
  type PeerStatus,
  type Proposal,
  type Ready,
  type ServerId,
  type StoreId,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";

const TICK_MS = 20;
const OBSERVER_ID = 1001;

interface Outstanding {
  readonly number: number;
  readonly operation: Operation;
  readonly session: number;
  readonly resolve: (result: TxnResult) => void;
}

/**
 * A gateway with the least that the contract asks for: an observer with a tree, requests numbered
 * and sent again under each new epoch, ticks.
 */
export class TestGateway {
  readonly incarnation: number;
  tree = new DataTree();
  /** Times at which a txn of ours was applied, for measuring pauses. */
  readonly answeredAtMs: number[] = [];
  /** Whether its ticks name every session, as if all clients were alive. */
  touches = true;
  readonly #bus: Bus;
  readonly #subjects: Subjects;
  readonly #transport: ZabTransport;
  readonly #peer: Peer;
  readonly #outstanding: Outstanding[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #barriers = new Map<number, (zxid: Zxid) => void>();
  #loader: SnapshotLoader | undefined;
  #number = 0;
  #openEpoch: number | undefined;
  #barrierId = 0;
  /** Of the leader, about sessions; 0 for none. */
  #question = 0;

  constructor(bus: Bus, subjects: Subjects, voters: readonly number[], serverId = OBSERVER_ID) {
    this.incarnation = Date.now() + serverId;
    this.#bus = bus;
    this.#subjects = subjects;
    const self = serverId as ServerId;
    this.#transport = new ZabTransport({ bus, subjects, self, observer: true });
    this.#peer = new Peer(configOf(self, voters), this.incarnation as Incarnation, EMPTY_HISTORY);
    this.#transport.onEnvelope((envelope) => {
      this.#peer.step(envelope);
      this.#work();
    });
    bus.subscribe(subjects.gateway(this.incarnation), (bytes) => {
      this.#onLeader(decodeToGateway(bytes));
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  get status(): PeerStatus {
    return this.#peer.status;
  }

  get unanswered(): number {
    return this.#outstanding.length;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#transport.close();
  }

  submit(operation: Operation, session = 0): Promise<TxnResult> {
    return new Promise((resolve) => {
      const number = ++this.#number;
      this.#outstanding.push({ number, operation, session, resolve });
      if (this.#openEpoch !== undefined) this.#send(number, false);
    });
  }

  /** Several in one message. */
  submitAll(operations: readonly Operation[]): Promise<readonly TxnResult[]> {
    const first = this.#number + 1;
    const results = operations.map(
      (operation) =>
        new Promise<TxnResult>((resolve) => {
          this.#outstanding.push({ number: ++this.#number, operation, session: 0, resolve });
        }),
    );
    if (this.#openEpoch !== undefined) this.#send(first, false);
    return Promise.all(results);
  }

  barrier(): Promise<Zxid> {
    return new Promise((resolve) => {
      const id = ++this.#barrierId;
      this.#barriers.set(id, resolve);
      this.#askBarrier(id);
    });
  }

  #tick(): void {
    this.#peer.tick();
    this.#work();
    if (this.#openEpoch === undefined) return;
    const { epoch } = this.#peer.status;
    const firstUnanswered = this.#outstanding[0]?.number ?? this.#number + 1;
    const touched = this.touches ? [...this.tree.sessions.values()].map(({ id }) => id) : [];
    const word = { touched, answers: this.#question, leaseFromMs: 0 };
    const message = { firstUnanswered, lastNumber: this.#number, ...word };
    this.#tell({ type: "tick", gateway: this.incarnation, epoch, ...message });
    for (const id of this.#barriers.keys()) this.#askBarrier(id);
  }

  #work(): void {
    while (this.#peer.hasReady()) {
      const ready = this.#peer.takeReady();
      for (const envelope of ready.send) this.#transport.send(envelope);
      for (const envelope of ready.sendAfterPersist) this.#transport.send(envelope);
      this.#install(ready);
      for (const proposal of ready.deliver) this.#apply(proposal);
      this.#peer.persisted(ready.number);
    }
    const { established, epoch } = this.#peer.status;
    if (!established) this.#openEpoch = undefined;
    else if (this.#openEpoch !== epoch) {
      this.#openEpoch = epoch;
      this.#send(this.#outstanding[0]?.number ?? this.#number + 1, true);
    }
  }

  #install({ persist }: Ready): void {
    for (const { index, chunk } of persist?.stage ?? []) {
      if (index === 0) this.#loader = new SnapshotLoader();
      this.#loader?.load(chunk);
    }
    if (persist?.install !== undefined && this.#loader !== undefined) {
      this.tree = this.#loader.finish();
    }
  }

  #apply({ kind, first, payload }: Proposal): void {
    if (kind !== "txns") return;
    let zxid: number = first;
    for (const txn of readTxnBatch(payload).txns) {
      this.tree.apply(txn, zxid++, {
        wantsResult: (gateway) => gateway === this.incarnation,
        onResult: (number, result) => this.#answer(number, result),
        onEvent: () => undefined,
        onSessionClosed: () => undefined,
        onSessionAttached: () => undefined,
      });
    }
  }

  #answer(number: number, result: TxnResult): void {
    const next = this.#outstanding.shift();
    if (next?.number !== number) throw new Error(`${number} came instead of ${next?.number}`);
    this.answeredAtMs.push(performance.now());
    next.resolve(result);
  }

  #onLeader(message: ToGateway): void {
    if (message.epoch !== this.#openEpoch) return;
    if (message.type === "barrier") {
      this.#barriers.get(message.id)?.(message.zxid);
      this.#barriers.delete(message.id);
    } else if (message.type === "resend") this.#send(message.from, false);
    else if (message.type === "welcome") this.#send(message.expected, false);
    else if (message.type === "question") this.#question = message.number;
  }

  #send(from: number, opening: boolean): void {
    const requests = this.#outstanding.filter(({ number }) => number >= from);
    if (requests.length === 0) return;
    const writer = new JuteWriter();
    for (const { operation, session } of requests) {
      encodeRequest(writer, { session, credentials: [], operation });
    }
    const { epoch } = this.#peer.status;
    const batch = { first: requests[0]?.number ?? from, count: requests.length };
    const body = { gateway: this.incarnation, epoch, opening, requests: writer.toBytes() };
    this.#tell({ type: "requests", ...body, ...batch });
  }

  #askBarrier(id: number): void {
    if (this.#openEpoch === undefined) return;
    const { epoch } = this.#peer.status;
    this.#tell({ type: "barrier", gateway: this.incarnation, epoch, id });
  }

  #tell(message: Parameters<typeof encodeToLeader>[0]): void {
    this.#bus.publish(this.#subjects.request(message.epoch), encodeToLeader(message));
  }
}

function configOf(self: ServerId, voters: readonly number[]) {
  return {
    self,
    voters: voters as readonly ServerId[],
    observer: true,
    initLimitTicks: 100,
    syncLimitTicks: 15,
    idleBeatTicks: 1,
    lazyCommits: false,
    proposalsInFlightMax: 1,
    committedWindowBytesMax: 0,
    syncChunkBytesMax: 1,
    counterMax: 2 ** 31,
  };
}

const EMPTY_HISTORY = {
  storeId: 1 as StoreId,
  hardState: { acceptedEpoch: EPOCH_ZERO, currentEpoch: EPOCH_ZERO, voice: false },
  snapshotZxid: ZXID_ZERO,
  committed: ZXID_ZERO,
  proposals: [],
  logStart: ZXID_ZERO,
  epochEnds: [],
  admissions: [],
};
