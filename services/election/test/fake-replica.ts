import { type Bus, connectNatsBus, Subjects } from "@meerkat/bus";
import { ElectorLink, newIncarnation } from "@meerkat/transport";
import { makeEpoch, makeZxid, type PeerStatus, type ServerId, ZXID_ZERO } from "@meerkat/zab";

export const ENSEMBLE = "election-test";
const TICK_MS = 50;

/** A replica as far as its elector is concerned: reports its state, answers, takes advice while LOOKING. */
export class FakeReplica {
  readonly id: ServerId;
  /** When it was advised since it last began to look, in ms of performance.now(). */
  advisedAtMs: number | undefined;
  lookingSinceMs = 0;
  readonly #bus: Bus;
  readonly #link: ElectorLink;
  readonly #timer: NodeJS.Timeout;
  #status: PeerStatus;

  private constructor(id: number, bus: Bus, status: PeerStatus) {
    this.id = id as ServerId;
    this.#bus = bus;
    this.#status = status;
    this.#link = new ElectorLink({
      bus,
      subjects: new Subjects({ root: "meerkat", ensemble: ENSEMBLE }),
      self: this.id,
      incarnation: newIncarnation(Date.now()),
    });
    this.#link.listen({
      onAdvice: (leader) => this.#onAdvice(leader),
      onQuestion: () => this.#link.report(this.#status),
    });
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** A counter of 0 is an empty history, which has no voice. */
  static async start(url: string, id: number, counter: number): Promise<FakeReplica> {
    const bus = await connectNatsBus({ url, name: `replica-${id}` });
    const isEmpty = counter === 0;
    const epoch = makeEpoch(isEmpty ? 0 : 1);
    const replica = new FakeReplica(id, bus, {
      serverState: "LOOKING",
      zabState: "ELECTION",
      epoch,
      leader: undefined,
      established: false,
      voice: !isEmpty,
      lastZxid: isEmpty ? ZXID_ZERO : makeZxid(epoch, counter),
      committed: ZXID_ZERO,
      reason: "started",
    });
    await bus.flush();
    return replica;
  }

  get leader(): ServerId | undefined {
    return this.#status.leader;
  }

  look(): void {
    this.lookingSinceMs = performance.now();
    this.advisedAtMs = undefined;
    this.#set({ serverState: "LOOKING", leader: undefined, established: false });
  }

  establish(): void {
    this.#set({ established: true });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#link.close();
    await this.#bus.close();
  }

  #tick(): void {
    if (this.#status.serverState === "LOOKING") this.#link.report(this.#status);
  }

  #onAdvice(leader: ServerId): boolean {
    if (this.#status.serverState !== "LOOKING") return false;
    this.advisedAtMs = performance.now();
    this.#set({ serverState: leader === this.id ? "LEADING" : "FOLLOWING", leader });
    return true;
  }

  #set(change: Partial<PeerStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#link.report(this.#status);
  }
}
