import { Moments } from "./moments.ts";

/** Of the time of a leader that is at work … */
const SHARE_MIN = 0.05;
/**
 * … it becomes half of it for events that are five minutes behind: the log must not be purged before. It rises
 * with the square root, so a burst of a second goes first, and of a load that lasts there is a tenth of the time
 * for events after four seconds.
 */
const SHARE_MAX = 0.5;
const BEHIND_MS_MAX = 300_000;
/**
 * What an event costs in all, of the CPU that its message and the writing of it take (5 us): JetStream's answers,
 * the log (4 us), and the NATS server (12 us), which works on the same machine as often as not.
 */
const COST_FACTOR = 4;
/** Of that, what the leader pays itself. */
const OWN_PART = 0.4;
/** So much time that was left unused, waiting for a good moment, is made use of later. */
const UNUSED_MS_MAX = 20;
/** A leader that is at work for less of its time than this has enough of it for everything. */
const IDLE_UTILIZATION = 0.3;
const LOOK_EVERY_MS = 100;
/** Without a transaction for so long, not even a lone client is at work. */
const RESTING_AFTER_MS = 200;

/** Lets transactions go first: what events fall behind by meanwhile, they make up for later. */
export class Pacer {
  readonly #moments = new Moments();
  /** When what was spent has been made up for. */
  #paidAtMs = 0;
  /** What events have taken of this thread since the last look. */
  #ownMs = 0;
  #utilization = performance.eventLoopUtilization();
  #lookedAtMs = 0;
  #isIdle = true;

  /**
   * Work on events that are so far behind. CPU is what counts: on a busy machine most of the time passes
   * while others run. Resolves when what the work has published is on its way.
   */
  async spend<T>(behindMs: number, work: () => T): Promise<T> {
    const before = process.threadCpuUsage();
    const result = work();
    // The connection writes in a microtask, which is queued by now.
    await Promise.resolve();
    const { user, system } = process.threadCpuUsage(before);
    const costMs = ((user + system) / 1_000) * COST_FACTOR;
    this.#ownMs += costMs * OWN_PART;
    const fromMs = Math.max(this.#paidAtMs, performance.now() - UNUSED_MS_MAX);
    this.#paidAtMs = fromMs + costMs / shareAt(behindMs);
    return result;
  }

  /** The leader has hardly anything to do beside events. */
  get isIdle(): boolean {
    this.#look();
    return this.#isIdle;
  }

  /** There are no transactions at the moment: nobody notices what holds the NATS server up. */
  get isResting(): boolean {
    return this.#moments.quietMs >= RESTING_AFTER_MS;
  }

  /** Resolves when it is time for more. Everything else of this process goes first, at least once. */
  pause(notBeforeMs = 0): Promise<void> {
    if (this.isIdle) this.#paidAtMs = 0;
    return this.#moments.next(Math.max(notBeforeMs, this.#paidAtMs));
  }

  /** A proposal has left. */
  proposed(): void {
    this.#moments.proposed();
  }

  /** What events take themselves does not make the leader a busy one. */
  #look(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    const now = performance.eventLoopUtilization();
    const { active, idle } = performance.eventLoopUtilization(now, this.#utilization);
    this.#isIdle = active - this.#ownMs < (active + idle) * IDLE_UTILIZATION;
    this.#utilization = now;
    this.#lookedAtMs = nowMs;
    this.#ownMs = 0;
  }
}

function shareAt(behindMs: number): number {
  const behind = Math.min(Math.max(behindMs / BEHIND_MS_MAX, 0), 1);
  return SHARE_MIN + Math.sqrt(behind) * (SHARE_MAX - SHARE_MIN);
}
