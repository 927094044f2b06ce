import type { ServerId } from "@meerkat/zab";
import { Witness } from "./checkers/witness.ts";
import { Client } from "./client.ts";
import { Clock } from "./clock.ts";
import { Ensemble } from "./ensemble.ts";
import { LocalClient } from "./local-client.ts";
import type { Message } from "./messages.ts";
import { BLIND, forgeAcks, type Mistake } from "./mistakes.ts";
import { Nemesis } from "./nemesis.ts";
import { Network } from "./network.ts";
import type { Options } from "./options.ts";
import { Oracle } from "./oracle.ts";
import { Prng } from "./prng.ts";
import { Recovery } from "./recovery.ts";
import { countFault, newTally, type Tally } from "./tally.ts";
import { Transcript } from "./transcript.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

const FIRST_OBSERVER = 1001;
/** A run that needs more is not going anywhere. */
const STEPS_MAX = 5_000_000;

export interface RunSettings {
  readonly recording?: boolean;
  readonly mistake?: Mistake | undefined;
}

export interface Failure {
  /** The checker, or the name of the error that a server stopped with. */
  readonly checker: string;
  readonly message: string;
  readonly atUs: number;
}

export interface Outcome {
  readonly options: Options;
  readonly failure: Failure | undefined;
  readonly steps: number;
  readonly simulatedUs: number;
  /** From healing until everything had come back, in ticks of the ensemble. */
  readonly recoveryTicks: number;
  readonly committed: number;
  readonly tally: Tally;
  readonly transcript: Transcript;
}

/** One run: the same options and settings always give the same outcome. */
export function run(options: Options, settings: RunSettings = {}): Outcome {
  const simulation = new Simulation(options, settings);
  const failure = simulation.run();
  const { world } = simulation;
  const { dropped, duplicated, delayed } = world.network.counts;
  countFault(world.tally, "drop", dropped);
  countFault(world.tally, "duplicate", duplicated);
  countFault(world.tally, "delay", delayed);
  if (options.network.ordered === "subject") countFault(world.tally, "reorder");
  return {
    options,
    failure,
    steps: world.clock.steps,
    simulatedUs: world.clock.nowUs,
    recoveryTicks: simulation.recoveryTicks,
    committed: world.witness.ledger.proposals.length,
    tally: world.tally,
    transcript: world.transcript,
  };
}

class Simulation {
  readonly world: World;
  recoveryTicks = 0;
  readonly #ensemble: Ensemble;
  readonly #nemesis: Nemesis;
  readonly #oracle: Oracle | undefined;
  readonly #clients: readonly (Client | LocalClient)[];

  constructor(options: Options, settings: RunSettings) {
    const { mistake, recording = false } = settings;
    const clock = new Clock();
    const deliver = (from: number, to: number, message: Message) =>
      this.#deliver(from, to, message);
    this.world = {
      options,
      clock,
      network: new Network(clock, new Prng(options.seed, "network"), options.network, deliver),
      witness: new Witness(options, mistake === undefined ? undefined : BLIND[mistake]),
      transcript: new Transcript({ recording }),
      tally: newTally(),
      voters: Array.from({ length: options.voters }, (_, index) => (index + 1) as ServerId),
      observers: Array.from(
        { length: options.observers },
        (_, index) => (FIRST_OBSERVER + index) as ServerId,
      ),
      mistake,
      ...(mistake === "commit-without-quorum" && {
        onPublish: (envelope) => forgeAcks(this.world, this.#ensemble, envelope),
      }),
    };
    this.#ensemble = new Ensemble(this.world);
    this.#ensemble.startAll();
    if (options.election !== "fast-leader-election") {
      this.#oracle = new Oracle(this.world, this.#ensemble);
    }
    this.#nemesis = new Nemesis(this.world, this.#ensemble);
    this.#clients = startClients(this.world, this.#ensemble);
  }

  /** The phase with faults, then the one in which everything must come back. */
  run(): Failure | undefined {
    const { clock, options, transcript } = this.world;
    try {
      this.#runUntil(() => clock.nowUs >= options.safetyUs);
      transcript.line(clock.nowUs, "everything heals");
      for (const client of this.#clients) client.stop();
      this.#nemesis.healAll();
      this.#oracle?.becomeHonest();
      const recovery = new Recovery(this.world, this.#ensemble, this.#clients);
      const deadlineUs = clock.nowUs + options.livenessUs;
      this.#runUntil(() => recovery.isComplete() || clock.nowUs >= deadlineUs);
      recovery.finish();
      this.recoveryTicks = (clock.nowUs - options.safetyUs) / options.host.tickUs;
      return undefined;
    } catch (error) {
      return failureOf(error, clock.nowUs);
    }
  }

  #runUntil(isOver: () => boolean): void {
    const { clock } = this.world;
    while (!isOver()) {
      if (!clock.step()) throw new Violation("Simulator", "nothing happens any more");
      if (clock.steps > STEPS_MAX) throw new Violation("Simulator", "the run does not end");
    }
  }

  #deliver(from: number, to: number, message: Message): void {
    const { transcript, clock } = this.world;
    transcript.note(clock.nowUs);
    transcript.note(from * 65_536 + to);
    transcript.note(message.type.length);
    this.#ensemble.deliver(from, to, message);
  }
}

function startClients(world: World, ensemble: Ensemble): (Client | LocalClient)[] {
  if (ensemble.gateways.length === 0) return [new LocalClient(world, ensemble)];
  const anyGateway = () => ensemble.gateways.find(({ run }) => run !== undefined)?.run;
  return ensemble.gateways.flatMap((slot) =>
    Array.from(
      { length: world.options.clientsPerObserver },
      (_, index) => new Client(world, `c${slot.id}-${index}`, () => slot.run ?? anyGateway()),
    ),
  );
}

function failureOf(error: unknown, atUs: number): Failure {
  if (error instanceof Violation) return { checker: error.checker, message: error.message, atUs };
  if (error instanceof Error) {
    return { checker: error.name, message: `${error.message}\n${error.stack ?? ""}`, atUs };
  }
  throw error;
}
