import { electorOf } from "./elector.ts";
import type { Ensemble, GatewaySlot, ReplicaSlot } from "./ensemble.ts";
import type { Fault, PassingFaultKind } from "./faults.ts";
import type { Address } from "./network.ts";
import { bothWays, Shift } from "./shift.ts";
import { countFault } from "./tally.ts";
import type { World } from "./world.ts";

/** What ends a fault; it is called once, at the fault's end or when everything is healed. */
type End = () => void;

/** Carries out the faults that the seed has drawn, and in the end undoes all of them. */
export class Nemesis {
  readonly #world: World;
  readonly #ensemble: Ensemble;
  readonly #ends = new Set<End>();
  readonly #under: UnderWay = { shift: undefined };
  #healed = false;

  constructor(world: World, ensemble: Ensemble) {
    this.#world = world;
    this.#ensemble = ensemble;
    for (const fault of world.options.faults) {
      world.clock.at(fault.atUs, () => this.#strike(fault));
    }
  }

  /** Nothing goes wrong from here on, and what is wrong is put right. */
  healAll(): void {
    this.#healed = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
    this.#world.network.healAll();
    this.#ensemble.startAll();
  }

  #strike(fault: Fault): void {
    if (this.#healed) return;
    const occasion = { world: this.#world, ensemble: this.#ensemble, fault, under: this.#under };
    const end = STRIKES[fault.kind](occasion);
    if (end === undefined) return;
    const { transcript, clock, tally } = this.#world;
    countFault(tally, fault.kind);
    transcript.noteText(fault.kind);
    transcript.line(clock.nowUs, `fault ${fault.kind} for ${fault.lengthUs} µs`);
    this.#ends.add(end);
    if (fault.kind === "shift") return;
    clock.after(fault.lengthUs, () => {
      if (!this.#ends.delete(end)) return;
      transcript.line(clock.nowUs, `end of ${fault.kind}`);
      end();
    });
  }
}

interface Occasion {
  readonly world: World;
  readonly ensemble: Ensemble;
  readonly fault: Fault;
  readonly under: UnderWay;
}

/** What is going on and must not be begun again. */
interface UnderWay {
  shift: Shift | undefined;
}

/** Each carries out one kind of fault; undefined when it cannot happen now. */
const STRIKES: Readonly<Record<PassingFaultKind, (occasion: Occasion) => End | undefined>> = {
  crash: (occasion) => crash(occasion, pickReplica(occasion)),
  "crash-leader": (occasion) => crash(occasion, occasion.ensemble.leader()),
  "power-loss": powerLoss,
  wipe,
  pause: (occasion) => pause(pickReplica(occasion)),
  "pause-leader": ({ ensemble }) => pause(ensemble.leader()),
  partition: (occasion) => partition(occasion, { oneWay: false }),
  "one-way": (occasion) => partition(occasion, { oneWay: true }),
  "isolate-leader": isolateLeader,
  shift,
  storm,
  blackout,
  "slow-disk": slowDisk,
  "gateway-crash": gatewayCrash,
  "elector-crash": electorCrash,
};

function pickReplica({ ensemble, fault }: Occasion): ReplicaSlot | undefined {
  return ensemble.replicas[Math.floor(fault.draws[0] * ensemble.replicas.length)];
}

function crash({ ensemble }: Occasion, slot: ReplicaSlot | undefined): End | undefined {
  if (slot?.run === undefined) return undefined;
  ensemble.crashReplica(slot);
  return () => ensemble.startReplica(slot);
}

/** Everything goes at once, gateways and all; it comes back in some order. */
function powerLoss({ ensemble, fault, world }: Occasion): End {
  for (const slot of ensemble.replicas) ensemble.crashReplica(slot);
  for (const slot of ensemble.gateways) ensemble.crashGateway(slot);
  for (const slot of ensemble.electors) ensemble.crashElector(slot);
  return () => {
    for (const [index, slot] of ensemble.replicas.entries()) {
      const stagger = ((fault.draws[1] * (index + 3) * 7) % 1) * fault.draws[2] * 300_000;
      world.clock.after(Math.round(stagger), () => ensemble.startReplica(slot));
    }
    for (const slot of ensemble.gateways) ensemble.startGateway(slot);
    for (const slot of ensemble.electors) ensemble.startElector(slot);
  };
}

function wipe(occasion: Occasion): End | undefined {
  const { ensemble } = occasion;
  const slot = pickReplica(occasion);
  if (slot === undefined || !ensemble.mayWipe(slot)) return undefined;
  ensemble.crashReplica(slot);
  ensemble.wipe(slot);
  return () => ensemble.startReplica(slot);
}

function pause(slot: ReplicaSlot | undefined): End | undefined {
  const process = slot?.run?.process;
  if (process === undefined || process.paused) return undefined;
  process.pause();
  return () => process.resume();
}

/** Two sides drawn at random, each server on one of them. */
function partition({ world, fault }: Occasion, { oneWay }: { oneWay: boolean }): End | undefined {
  const electors = world.voters.map(electorOf);
  const servers: Address[] = [...world.voters, ...world.observers, ...electors];
  const isLeft = (server: Address, index: number) =>
    (fault.draws[0] * 997 * (index + 1) + fault.draws[1] * server) % 1 < 0.3 + 0.4 * fault.draws[2];
  const left = servers.filter(isLeft);
  const right = servers.filter((server) => !left.includes(server));
  if (left.length === 0 || right.length === 0) return undefined;
  return cut(world, left, right, { oneWay });
}

function isolateLeader({ world, ensemble, fault }: Occasion): End | undefined {
  const leader = ensemble.leader();
  if (leader === undefined) return undefined;
  const electors = world.voters.map(electorOf);
  const servers: Address[] = [...world.voters, ...world.observers, ...electors];
  const others = servers.filter((id) => id !== leader.id);
  // Mostly both ways; otherwise it can only speak or only hear.
  const [one, other] = fault.draws[1] < 0.5 ? [[leader.id], others] : [others, [leader.id]];
  return cut(world, one, other, { oneWay: fault.draws[0] < 0.4 });
}

function cut(
  world: World,
  left: readonly Address[],
  right: readonly Address[],
  { oneWay }: { oneWay: boolean },
): End {
  const links: [Address, Address][] = [];
  for (const one of left) {
    for (const other of right) {
      links.push([one, other]);
      if (!oneWay) links.push([other, one]);
    }
  }
  const number = world.network.cut(links);
  return () => world.network.heal(number);
}

/** One at a time: several at once would leave nobody together. It ends by itself. */
function shift({ world, ensemble, fault, under }: Occasion): End | undefined {
  if (world.voters.length < 3 || under.shift?.isOver === false) return undefined;
  const shifting = new Shift(world, ensemble, fault);
  under.shift = shifting;
  return () => shifting.end();
}

/** For a while a good part of all messages is lost. */
function storm({ world, fault }: Occasion): End {
  const loss = 0.1 + 0.6 * fault.draws[0];
  world.network.storm += loss;
  return () => {
    world.network.storm = Math.max(0, world.network.storm - loss);
  };
}

/** The message server is down: nothing reaches anybody. */
function blackout({ world }: Occasion): End {
  const everybody: Address[] = [
    ...world.voters,
    ...world.observers,
    ...world.voters.map(electorOf),
  ];
  const number = world.network.cut(bothWays(everybody, everybody));
  return () => world.network.heal(number);
}

function slowDisk(occasion: Occasion): End | undefined {
  const slot = pickReplica(occasion);
  if (slot === undefined || slot.disk.slow) return undefined;
  slot.disk.slow = true;
  return () => {
    slot.disk.slow = false;
  };
}

function pickGateway({ ensemble, fault }: Occasion): GatewaySlot | undefined {
  return ensemble.gateways[Math.floor(fault.draws[0] * ensemble.gateways.length)];
}

function gatewayCrash(occasion: Occasion): End | undefined {
  const slot = pickGateway(occasion);
  if (slot?.run === undefined) return undefined;
  occasion.ensemble.crashGateway(slot);
  return () => occasion.ensemble.startGateway(slot);
}

function electorCrash({ ensemble, fault }: Occasion): End | undefined {
  const slot = ensemble.electors[Math.floor(fault.draws[0] * ensemble.electors.length)];
  if (slot?.run === undefined) return undefined;
  ensemble.crashElector(slot);
  return () => ensemble.startElector(slot);
}
