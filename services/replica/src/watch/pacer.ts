/** Of the time of a leader that has transactions under way … */
const SHARE_MIN = 0.05;
/** … it becomes half of it for events that are five minutes behind: the log must not be purged before. */
const SHARE_MAX = 0.5;
const BEHIND_MS_MAX = 300_000;
/** A leader that is at work for less of its time than this has enough of it for everything. */
const IDLE_UTILIZATION = 0.3;
const LOOK_EVERY_MS = 100;
/** Timers are not finer. */
const PAUSE_MS_MIN = 1;

/** Lets transactions go first: what events fall behind by meanwhile, they make up for later. */
export class Pacer {
  readonly #hasTransactions: () => boolean;
  #spentMs = 0;
  #utilization = performance.eventLoopUtilization();
  #lookedAtMs = 0;
  #isIdle = true;

  constructor(hasTransactions: () => boolean) {
    this.#hasTransactions = hasTransactions;
  }

  /** CPU is what counts: on a busy machine most of the time passes while others run. */
  spend<T>(work: () => T): T {
    const before = process.threadCpuUsage();
    const result = work();
    const { user, system } = process.threadCpuUsage(before);
    this.#spentMs += (user + system) / 1_000;
    return result;
  }

  /** Resolves when it is time for more. Everything else of this process goes first, at least once. */
  async pause(behindMs: number): Promise<void> {
    this.#look();
    if (this.#isIdle || !this.#hasTransactions()) {
      this.#spentMs = 0;
      return await new Promise((resolve) => setImmediate(resolve));
    }
    const behind = Math.min(Math.max(behindMs / BEHIND_MS_MAX, 0), 1);
    const share = SHARE_MIN + behind * (SHARE_MAX - SHARE_MIN);
    const pauseMs = this.#spentMs * (1 / share - 1);
    if (pauseMs < PAUSE_MS_MIN) return await new Promise((resolve) => setImmediate(resolve));
    this.#spentMs = 0;
    return await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }

  #look(): void {
    const nowMs = performance.now();
    if (nowMs - this.#lookedAtMs < LOOK_EVERY_MS) return;
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#utilization);
    this.#isIdle = utilization < IDLE_UTILIZATION;
    this.#utilization = now;
    this.#lookedAtMs = nowMs;
  }
}
