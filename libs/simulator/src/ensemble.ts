import type { Incarnation, PeerStatus, ServerId, StoreId } from "@meerkat/zab";
import { Disk } from "./disk.ts";
import { ElectorRun, electorOf, isElector } from "./elector.ts";
import { GatewayRun } from "./gateway.ts";
import type { Image } from "./image.ts";
import type { Message } from "./messages.ts";
import { keptStore } from "./mistakes.ts";
import type { Address } from "./network.ts";
import { Prng } from "./prng.ts";
import { ReplicaRun } from "./replica.ts";
import { mark } from "./tally.ts";
import type { World } from "./world.ts";

/** One voter's place: its disk outlives the runs of its process. */
export interface ReplicaSlot {
  readonly id: ServerId;
  readonly disk: Disk;
  readonly skew: number;
  run: ReplicaRun | undefined;
  /**
   * Wiped and without a voice since: it counts among the lost, of which there may be a minority.
   */
  lost: boolean;
}

export interface ElectorSlot {
  /** The replica that it advises. */
  readonly id: ServerId;
  readonly skew: number;
  run: ElectorRun | undefined;
}

export interface GatewaySlot {
  readonly id: ServerId;
  readonly skew: number;
  run: GatewayRun | undefined;
}

export interface LiveServer {
  readonly id: ServerId;
  readonly status: PeerStatus;
  advise(leader: ServerId): void;
}

/** All servers of one run: starts them, kills them, and hands them what the network brings. */
export class Ensemble {
  readonly replicas: readonly ReplicaSlot[];
  readonly gateways: readonly GatewaySlot[];
  /** Empty where an oracle takes their place. */
  readonly electors: readonly ElectorSlot[];
  readonly #world: World;
  readonly #prng: Prng;
  #incarnations = 0;
  #stores = 0;

  constructor(world: World) {
    this.#world = world;
    this.#prng = new Prng(world.options.seed, "ensemble");
    this.replicas = world.voters.map((id) => this.#newReplica(id));
    this.gateways = world.observers.map((id) => ({ id, skew: this.#drawSkew(), run: undefined }));
    const elected = world.options.election === "oracle" ? [] : world.voters;
    this.electors = elected.map((id) => ({ id, skew: this.#drawSkew(), run: undefined }));
  }

  startAll(): void {
    for (const slot of this.replicas) this.startReplica(slot);
    for (const slot of this.gateways) this.startGateway(slot);
    for (const slot of this.electors) this.startElector(slot);
  }

  startElector(slot: ElectorSlot): void {
    slot.run ??= new ElectorRun(this.#world, slot.id, slot.skew);
  }

  crashElector(slot: ElectorSlot): void {
    slot.run?.process.kill();
    slot.run = undefined;
  }

  startReplica(slot: ReplicaSlot): void {
    if (slot.run !== undefined) return;
    const { id, disk, skew } = slot;
    this.#note(`${id} starts`);
    slot.run = new ReplicaRun({
      world: this.#world,
      id,
      incarnation: this.#nextIncarnation(),
      disk,
      skew,
    });
  }

  startGateway(slot: GatewaySlot): void {
    if (slot.run !== undefined) return;
    const { id, skew } = slot;
    this.#note(`${id} starts`);
    const incarnation = this.#nextIncarnation();
    slot.run = new GatewayRun({ world: this.#world, id, incarnation, skew });
  }

  crashReplica(slot: ReplicaSlot): void {
    if (slot.run === undefined) return;
    this.#note(`${slot.id} crashes`);
    slot.run.process.kill();
    slot.run = undefined;
    slot.disk.crash();
  }

  crashGateway(slot: GatewaySlot): void {
    if (slot.run === undefined) return;
    this.#note(`${slot.id} crashes`);
    slot.run.process.kill();
    slot.run = undefined;
  }

  /** A minority may be lost at any time, no more. */
  mayWipe(slot: ReplicaSlot): boolean {
    const lost = this.replicas.filter((other) => other.lost || other === slot).length;
    return 2 * lost < this.replicas.length;
  }

  /** The data folder is lost. The process is down. */
  wipe(slot: ReplicaSlot): void {
    this.#note(`${slot.id} loses its disk`);
    if (this.#world.mistake === "wiped-replica-votes") slot.disk.image = keptStore(slot.disk.image);
    else slot.disk.wipe(this.#nextStore());
    slot.lost = true;
  }

  deliver(from: Address, to: Address, message: Message): void {
    const replica = this.replicas[to - 1];
    if (replica !== undefined) replica.run?.receive(from, message);
    else if (isElector(to)) {
      this.electors.find(({ id }) => electorOf(id) === to)?.run?.receive(message);
    } else this.gateways.find(({ id }) => id === to)?.run?.receive(from, message);
  }

  leader(): ReplicaSlot | undefined {
    let newest: ReplicaSlot | undefined;
    for (const slot of this.replicas) {
      const status = slot.run?.status;
      if (status?.serverState !== "LEADING") continue;
      if (status.epoch >= (newest?.run?.status.epoch ?? 0)) newest = slot;
    }
    return newest;
  }

  /** Servers that wait for advice whom to follow. */
  looking(): LiveServer[] {
    return this.#live([...this.replicas, ...this.gateways]).filter(
      ({ status }) => status.serverState === "LOOKING",
    );
  }

  liveVoters(): LiveServer[] {
    return this.#live(this.replicas);
  }

  #live(slots: readonly (ReplicaSlot | GatewaySlot)[]): LiveServer[] {
    return slots.flatMap(({ id, run }) =>
      run === undefined || run.process.paused
        ? []
        : [{ id, status: run.status, advise: (leader: ServerId) => run.advise(leader) }],
    );
  }

  #newReplica(id: ServerId): ReplicaSlot {
    const { clock, options, witness } = this.#world;
    const slot: ReplicaSlot = {
      id,
      skew: this.#drawSkew(),
      run: undefined,
      lost: false,
      disk: new Disk({
        clock,
        prng: new Prng(options.seed, `disk ${id}`),
        options: options.disk,
        storeId: this.#nextStore(),
        onDurable: (image: Image, persist) => {
          const { voice, currentEpoch } = image.hardState;
          if (slot.lost && voice && currentEpoch > 0) {
            slot.lost = false;
            mark(this.#world.tally, "voice regained");
          }
          witness.durable(id, image, persist);
        },
      }),
    };
    return slot;
  }

  #drawSkew(): number {
    const { skew } = this.#world.options.host;
    return 1 + skew * (2 * this.#prng.fraction() - 1);
  }

  #nextIncarnation(): Incarnation {
    return ++this.#incarnations as Incarnation;
  }

  #nextStore(): StoreId {
    return ++this.#stores as StoreId;
  }

  #note(text: string): void {
    const { transcript, clock } = this.#world;
    transcript.noteText(text);
    transcript.line(clock.nowUs, text);
  }
}
