import {
  type Audience,
  type Envelope,
  type Incarnation,
  Peer,
  type PeerConfig,
  type Proposal,
  type Ready,
  type ServerId,
  type StoreId,
} from "../../src/index.ts";
import { MemoryStore } from "./memory-store.ts";

export interface EnsembleOptions {
  readonly voters: number;
  readonly observers?: number;
  readonly config?: Partial<PeerConfig>;
}

/** A message on its way to one server. */
export interface InFlight {
  readonly envelope: Envelope;
  readonly to: ServerId;
}

export interface Node {
  readonly id: ServerId;
  readonly observer: boolean;
  store: MemoryStore;
  peer: Peer;
  incarnation: number;
  up: boolean;
  delivered: Proposal[];
  barriers: { id: number; zxid: number }[];
  barriersLost: number[];
  /** Readys taken whose writes are held back. */
  held: Ready[];
  holding: boolean;
}

export type Trace = (node: Node, ready: Ready) => void;

const DEFAULTS = {
  initLimitTicks: 20,
  syncLimitTicks: 4,
  idleBeatTicks: 1,
  lazyCommits: false,
  proposalsInFlightMax: 16,
  committedWindowBytesMax: 1 << 20,
  syncChunkBytesMax: 1 << 16,
  counterMax: 1_000_000,
};

/** Several peers with their stores and the messages between them; nothing moves unless told. */
export class Ensemble {
  readonly nodes = new Map<ServerId, Node>();
  readonly #options: EnsembleOptions;
  network: InFlight[] = [];
  trace: Trace | undefined;
  #stores = 0;

  constructor(options: EnsembleOptions) {
    this.#options = options;
    const ids: ServerId[] = [];
    for (let i = 1; i <= options.voters; i++) ids.push(i as ServerId);
    for (let i = 1; i <= (options.observers ?? 0); i++) ids.push((1000 + i) as ServerId);
    for (const id of ids) this.#add(id);
  }

  node(id: number): Node {
    const node = this.nodes.get(id as ServerId);
    if (node === undefined) throw new Error(`no server ${id}`);
    return node;
  }

  peer(id: number): Peer {
    return this.node(id).peer;
  }

  crash(id: number): void {
    const node = this.node(id);
    node.up = false;
    node.held = [];
    node.holding = false;
  }

  wipe(id: number): void {
    this.node(id).store = this.#newStore();
  }

  start(id: number): void {
    const node = this.node(id);
    node.incarnation++;
    if (node.observer) node.store = this.#newStore();
    node.peer = this.#newPeer(node);
    node.delivered = node.store.log.filter((p) => p.last <= node.store.committed);
    node.up = true;
    this.work(node);
  }

  /** Everything the peer asks for, until it asks for no more; writes are held back when told so. */
  work(node: Node): void {
    if (!node.up) return;
    while (node.peer.hasReady()) {
      const ready = node.peer.takeReady();
      this.trace?.(node, ready);
      this.#post(ready.send);
      node.delivered.push(...ready.deliver);
      node.barriers.push(...ready.barriers);
      node.barriersLost.push(...ready.barriersLost);
      for (const read of ready.reads) node.peer.provide(node.store.read(read));
      if (ready.persist === undefined) continue;
      if (node.holding) node.held.push(ready);
      else this.#write(node, ready);
    }
  }

  /** Lets the writes held back reach the disk. */
  release(id: number): void {
    const node = this.node(id);
    node.holding = false;
    for (const ready of node.held.splice(0)) this.#write(node, ready);
    this.work(node);
  }

  deliver(message: InFlight): void {
    const node = this.nodes.get(message.to);
    if (node === undefined || !node.up) return;
    node.peer.step(message.envelope);
    this.work(node);
  }

  /** Delivers in order of sending until nothing is under way. */
  run(keep: (message: InFlight) => boolean = () => true): void {
    for (let steps = 0; this.network.length > 0; steps++) {
      if (steps > 100_000) throw new Error("the network never falls silent");
      const message = this.network.shift();
      if (message !== undefined && keep(message)) this.deliver(message);
    }
  }

  tick(...ids: number[]): void {
    for (const node of this.nodes.values()) {
      if (!node.up || (ids.length > 0 && !ids.includes(node.id))) continue;
      node.peer.tick();
      this.work(node);
    }
  }

  advise(leader: number, ...ids: number[]): void {
    for (const node of this.nodes.values()) {
      if (node.observer || !node.up || (ids.length > 0 && !ids.includes(node.id))) continue;
      node.peer.advise(leader as ServerId);
      this.work(node);
    }
  }

  /** All are advised to follow this one, and do. */
  establish(leader: number): void {
    this.advise(leader);
    for (let round = 0; round < 4; round += 1) {
      this.run();
      this.tick();
    }
  }

  propose(id: number, text: string, count = 1): Proposal {
    const node = this.node(id);
    const proposal = node.peer.propose(new TextEncoder().encode(text), count);
    this.work(node);
    return proposal;
  }

  texts(id: number): string[] {
    const decoder = new TextDecoder();
    return this.node(id)
      .delivered.filter(({ kind }) => kind === "txns")
      .map(({ payload }) => decoder.decode(payload));
  }

  #write(node: Node, ready: Ready): void {
    if (ready.persist === undefined) return;
    if (ready.persist.install !== undefined) node.delivered = [];
    node.store.write(ready.persist);
    this.#post(ready.sendAfterPersist);
    node.peer.persisted(ready.number);
  }

  #post(envelopes: readonly Envelope[]): void {
    for (const envelope of envelopes) {
      for (const to of this.#receivers(envelope)) this.network.push({ envelope, to });
    }
  }

  #receivers({ from, to }: Envelope): ServerId[] {
    if (typeof to === "number") return [to];
    const others = [...this.nodes.values()].filter(({ id }) => id !== from);
    return others.filter(({ observer }) => isAmong(to, observer)).map(({ id }) => id);
  }

  #add(id: ServerId): void {
    const observer = id > 1000;
    const store = this.#newStore();
    const blank = { delivered: [], barriers: [], barriersLost: [], held: [], holding: false };
    const peer = this.#newPeer({ id, store, incarnation: 1, observer });
    const node: Node = { id, observer, store, incarnation: 1, up: true, ...blank, peer };
    this.nodes.set(id, node);
  }

  #newStore(): MemoryStore {
    return new MemoryStore((0xa0 + ++this.#stores) as StoreId);
  }

  #newPeer(node: Pick<Node, "id" | "store" | "incarnation" | "observer">): Peer {
    const voters: ServerId[] = [];
    for (let i = 1; i <= this.#options.voters; i++) voters.push(i as ServerId);
    const { id: self, observer } = node;
    const config = { ...DEFAULTS, ...this.#options.config, self, voters, observer };
    return new Peer(config, node.incarnation as Incarnation, node.store.load());
  }
}

function isAmong(audience: Audience, observer: boolean): boolean {
  if (audience === "learners") return true;
  return observer === (audience === "observers");
}
