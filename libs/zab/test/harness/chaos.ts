import type { Proposal, Zxid } from "../../src/index.ts";
import { Ensemble, type Node } from "./ensemble.ts";
import { Random } from "./random.ts";

/**
 * Misfortune under one seed: messages lost, doubled and reordered, crashes that lose what was not
 * written yet, wiped disks (never a majority at once), purged logs, bad advice. After each delivery
 * the histories are compared; at the end the network heals and everybody must come together.
 */
export class Chaos {
  readonly ensemble: Ensemble;
  readonly #random: Random;
  readonly #voters: number;
  /** What follows each zxid, as first delivered anywhere. */
  readonly #chain = new Map<Zxid, Proposal>();
  readonly #position = new Map<number, Zxid>();
  readonly #leaders = new Map<number, number>();
  /** Wiped, and without a voice since. */
  readonly #lost = new Set<number>();
  readonly #moves: number;
  readonly #crashes: number;
  readonly #losses: number;
  /** The server that hears nobody and is heard by nobody. */
  #cutOff = 0;
  #proposed = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#voters = 1 + this.#random.below(5);
    this.#moves = 500 + this.#random.below(280);
    this.#crashes = 1 + this.#random.below(20);
    this.#losses = this.#random.below(15);
    const tiny = this.#random.chance(50);
    this.ensemble = new Ensemble({
      voters: this.#voters,
      observers: this.#random.below(2),
      config: {
        counterMax: this.#random.chance(30) ? 3 : 1000,
        committedWindowBytesMax: tiny ? 20 : 10_000,
        syncChunkBytesMax: tiny ? 10 : 1000,
      },
    });
    this.ensemble.trace = (node, ready) => {
      const { install } = ready.persist ?? {};
      this.#check(node, ready.deliver);
      if (install !== undefined) this.#position.set(node.id, install.zxid);
    };
  }

  get committed(): number {
    return this.#chain.size;
  }

  run(steps: number): void {
    // Most seeds begin with an ensemble that works; the others with a founding under fire.
    if (this.#random.chance(80)) this.#calm(4);
    for (let i = 0; i < steps; i++) this.#step();
  }

  heal(): void {
    const { nodes } = this.ensemble;
    for (const node of nodes.values()) {
      if (node.up) this.ensemble.release(node.id);
      else this.#start(node);
    }
    this.#calm(120);
    this.#demandProgress();
  }

  #calm(rounds: number): void {
    for (let round = 0; round < rounds; round++) {
      this.#adviseBest();
      this.ensemble.run();
      this.ensemble.tick();
      this.ensemble.run();
    }
  }

  #step(): void {
    const { ensemble } = this;
    const random = this.#random;
    const node = random.pick([...ensemble.nodes.values()]);
    const dice = random.below(1000);
    if (node === undefined) return;
    if (dice < this.#moves) this.#moveMessage();
    else if (dice < 800) ensemble.tick(node.id);
    else if (dice < 820) this.#advise(node);
    else if (dice < 900) this.#propose();
    else if (dice < 920) this.#toggleDisk(node);
    else if (dice < 920 + this.#crashes) this.#crash(node);
    else if (dice < 960) this.#start(node);
    else if (dice < 965) this.#purge(node);
    else if (dice < 970 && ensemble.network.length > 200) ensemble.network.splice(0, 100);
    else if (dice < 976) this.#cutOff = random.chance(50) ? node.id : 0;
    else this.#adviseBest();
  }

  #moveMessage(): void {
    const { network } = this.ensemble;
    if (network.length === 0) return;
    const index = this.#random.below(Math.min(network.length, 10));
    const message = network[index];
    if (message === undefined) return;
    if (!this.#random.chance(5)) network.splice(index, 1);
    const { envelope, to } = message;
    if (this.#cutOff === to || this.#cutOff === envelope.from) return;
    if (!this.#random.chance(this.#losses)) this.ensemble.deliver(message);
  }

  #advise(node: Node): void {
    this.ensemble.advise(1 + this.#random.below(this.#voters), node.id);
  }

  /** As an election would: the most recent history, of those with a voice if there are any. */
  #adviseBest(): void {
    const voters = [...this.ensemble.nodes.values()].filter(({ observer, up }) => !observer && up);
    const leading = voters.find(({ peer }) => peer.status.serverState === "LEADING");
    const speaking = voters.filter(({ peer }) => peer.status.voice);
    const candidates = speaking.length > 0 ? speaking : voters;
    const [best] = [...candidates].sort((one, other) => compareHistories(other, one));
    const chosen = leading ?? best;
    if (chosen !== undefined) this.ensemble.advise(chosen.id);
  }

  #propose(): void {
    for (const { id, peer } of this.ensemble.nodes.values()) {
      for (let i = this.#random.below(5); i > 0 && peer.canPropose; i--) {
        this.ensemble.propose(id, `p${++this.#proposed} of ${id}`, 1 + this.#random.below(3));
      }
    }
  }

  #toggleDisk(node: Node): void {
    if (!node.up) return;
    if (node.holding) this.ensemble.release(node.id);
    else node.holding = true;
  }

  #crash(node: Node): void {
    if (!node.up) return;
    this.ensemble.crash(node.id);
    if (node.observer || !this.#random.chance(40)) return;
    if ((this.#lost.size + 1) * 2 >= this.#voters && !this.#lost.has(node.id)) return;
    this.ensemble.wipe(node.id);
    this.#lost.add(node.id);
  }

  #start(node: Node): void {
    if (node.up) return;
    const { snapshot, log, committed } = node.store;
    const replayed = log.findLast((proposal) => proposal.last <= committed)?.last;
    this.#position.set(
      node.id,
      node.observer ? (0 as Zxid) : ((replayed ?? snapshot?.zxid ?? 0) as Zxid),
    );
    this.ensemble.start(node.id);
  }

  #purge(node: Node): void {
    const zxid = node.delivered[this.#random.below(node.delivered.length)]?.last;
    if (!node.up || node.observer || zxid === undefined) return;
    if (zxid > node.store.lastZxid || zxid <= (node.store.snapshot?.zxid ?? 0)) return;
    const chunk = new Uint8Array(3);
    node.store.purge(zxid, this.#random.chance(50) ? [chunk] : [chunk, chunk, chunk]);
    node.peer.purged(zxid);
  }

  #check(node: Node, proposals: readonly Proposal[]): void {
    for (const proposal of proposals) {
      const position = this.#position.get(node.id) ?? 0;
      if (proposal.previous !== position) {
        throw new Error(`server ${node.id} delivers ${proposal.previous} after ${position}`);
      }
      const known = this.#chain.get(proposal.previous);
      if (known !== undefined && known !== proposal) {
        throw new Error(`servers deliver ${known.first} and ${proposal.first} at one place`);
      }
      this.#chain.set(proposal.previous, proposal);
      this.#position.set(node.id, proposal.last);
    }
    const { status } = node.peer;
    if (status.voice) this.#lost.delete(node.id);
    if (status.serverState !== "LEADING" || !status.established) return;
    const other = this.#leaders.get(status.epoch) ?? node.id;
    if (other !== node.id) throw new Error(`epoch ${status.epoch} has two leaders`);
    this.#leaders.set(status.epoch, node.id);
  }

  #demandProgress(): void {
    const { ensemble } = this;
    const leader = [...ensemble.nodes.values()].find(({ peer }) => peer.canPropose);
    if (leader === undefined) throw new Error(`nobody leads after healing\n${this.describe()}`);
    const { last } = ensemble.propose(leader.id, "after healing");
    for (let i = 0; i < 6; i++) {
      ensemble.run();
      ensemble.tick();
    }
    for (const { id, peer } of ensemble.nodes.values()) {
      if (this.#position.get(id) !== last) throw new Error(`server ${id} lags\n${this.describe()}`);
      if (id < 1000 && !peer.status.voice) throw new Error(`server ${id} has no voice`);
    }
    let end = 0 as Zxid;
    let next = this.#chain.get(end);
    for (let count = 1; next !== undefined; count++) {
      end = next.last;
      next = this.#chain.get(end);
      if (next === undefined && count !== this.#chain.size) throw new Error("a commit was lost");
    }
    if (end !== last) throw new Error("the delivered chain does not reach the end");
  }

  describe(): string {
    const lines = [...this.ensemble.nodes.values()].map(({ id, peer, store }) => {
      return JSON.stringify({ id, ...peer.status, ...store.hardState, log: store.log.length });
    });
    return lines.join("\n");
  }
}

/** Positive when `one` has the more recent history. */
function compareHistories(one: Node, other: Node): number {
  const epochs = one.store.hardState.currentEpoch - other.store.hardState.currentEpoch;
  return epochs === 0 ? one.store.lastZxid - other.store.lastZxid : epochs;
}
