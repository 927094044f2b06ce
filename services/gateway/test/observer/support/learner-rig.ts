import type { ApplySink, DataTreeOptions } from "@meerkat/tree";
import type { Envelope, Incarnation, ServerId } from "@meerkat/zab";
import { GatewaySink, Listeners } from "../../../src/observer/gateway-sink.ts";
import { Learner, type LearnerLog } from "../../../src/observer/learner.ts";
import { DEFAULT_LIMITS, type ObserverLimits } from "../../../src/observer/limits.ts";
import type { LoneLeader } from "./lone-leader.ts";
import { SILENT } from "./silent-log.ts";

export const OBSERVER = 1_001 as ServerId;
export const INCARNATION = 4_711 as Incarnation;

/** A learner with a leader beside it, and a network and event loop that the test moves by hand. */
export class LearnerRig {
  readonly learner: Learner;
  readonly leader: LoneLeader;
  /** What the learner told, one word each. */
  readonly events: string[] = [];
  readonly errors: string[] = [];
  readonly toLeader: Envelope[] = [];
  /** Each reading of the clock moves it on by so much. */
  msPerReading = 0;
  #nowMs = 0;
  readonly #later: (() => void)[] = [];

  constructor(
    leader: LoneLeader,
    limits: Partial<ObserverLimits> = {},
    tree: Partial<DataTreeOptions> = {},
  ) {
    this.leader = leader;
    const sink: ApplySink = new GatewaySink(
      INCARNATION,
      { onResult: (number) => this.#note(`result ${number}`) },
      new Listeners(),
    );
    const log: LearnerLog = {
      ...SILENT,

      error: (_, message) => void this.errors.push(message),
    };
    this.learner = new Learner({
      config: {
        self: OBSERVER,
        voters: [1 as ServerId],
        observer: true,
        initLimitTicks: 20,
        syncLimitTicks: 4,
        idleBeatTicks: 1,
        lazyCommits: false,
        committedWindowBytesMax: 1_000_000,
        proposalsInFlightMax: 1,
        syncChunkBytesMax: 0,
        counterMax: 1,
      },
      incarnation: INCARNATION,
      limits: { ...DEFAULT_LIMITS, ...limits },
      tree,
      send: (envelopes) => void this.toLeader.push(...envelopes),
      sink,
      events: {
        onApplying: () => undefined,
        onApplied: () => undefined,
        onDiverged: () => this.#note("diverged"),
        onReplaced: () => this.#note("replaced"),
        onCaughtUp: (epoch) => this.#note(`caught up with epoch ${epoch}`),
        onLeaderLost: () => this.#note("lost"),
      },
      nowMs: () => {
        this.#nowMs += this.msPerReading;
        return this.#nowMs;
      },
      later: (action) => void this.#later.push(action),
      log,
    });
  }

  /** Carries messages both ways until nothing more is said. `isLost` drops some to the learner. */
  exchange(isLost: (envelope: Envelope) => boolean = () => false): void {
    while (this.leader.sent.length > 0 || this.toLeader.length > 0) {
      for (const envelope of this.leader.sent.splice(0)) {
        if (!isLost(envelope)) this.learner.receive(envelope);
      }
      for (const envelope of this.toLeader.splice(0)) this.leader.take(envelope);
    }
  }

  /** One tick of both, with everything that follows from it. */
  tick(): void {
    this.leader.tick();
    this.learner.tick();
    this.exchange();
  }

  /** The next turn of the event loop. Says whether there was anything to do. */
  turn(): boolean {
    const actions = this.#later.splice(0);
    for (const action of actions) action();
    return actions.length > 0;
  }

  #note(event: string): void {
    this.events.push(event);
  }
}
