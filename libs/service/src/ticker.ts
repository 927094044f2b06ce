import { Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";

export interface TickerOptions {
  readonly tickTimeMs: number;
  /** So many ticks have passed; all but the last of them were quiet. */
  readonly onTicks: (count: number) => void;
  /** How many of the coming ticks nobody would notice, as things are. */
  readonly quietTicks: () => number;
}

/** Timers count in whole milliseconds from a clock that is read now and then: they may fire so early. */
const EARLY_MS = 1;

/** Later than that is no busy machine: the process stood still, nobody knows since when. */
const LATE_TICKS_MAX = 2;

/**
 * The ticks of a process: one every `tickTimeMs`, and no wake-up for those that nobody would notice.
 * Waking up is most of what an idle process costs. A tick that was slept through is counted before
 * the next event is handled, so that whoever counts in ticks sees the time as it is.
 *
 * Ticks are the process's own time: while it does not run (it was stopped, or the machine is busy) it
 * hears nobody and must blame nobody. So what a timer is late by is not counted, and of a sleep in
 * which the process stood still not more than one tick.
 */
export class Ticker {
  /** How late its timers fired, in ms: the delay of this process's event loop. */
  readonly delayMs = new Histogram(MILLISECONDS);
  readonly #options: TickerOptions;
  #timer: NodeJS.Timeout | undefined;
  /** The moment of the last tick that was counted. */
  #countedMs = 0;
  /** The timer fires with this one of the ticks to come; 0 without a timer. */
  #plannedTicks = 0;
  #isRunning = false;

  constructor(options: TickerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#countedMs = performance.now();
    this.plan();
  }

  stop(): void {
    this.#isRunning = false;
    clearTimeout(this.#timer);
  }

  /** Counts the ticks that have passed. To be called before an event is handled. */
  catchUp(): void {
    const count = this.#pass();
    if (count > 0) this.#options.onTicks(count);
  }

  /** To be called when an event has been handled: the next tick that matters may be another one. */
  plan(): void {
    const ticks = 1 + this.#options.quietTicks();
    if (ticks === this.#plannedTicks || !this.#isRunning) return;
    this.#plannedTicks = ticks;
    clearTimeout(this.#timer);
    const waitMs = this.#countedMs + ticks * this.#options.tickTimeMs - performance.now();
    this.#timer = setTimeout(this.#onTimer, Math.max(0, Math.ceil(waitMs)));
  }

  /** Leaves a sleep of several ticks when there is something to do. Costs nothing otherwise. */
  wake(): void {
    if (this.#plannedTicks <= 1) return;
    this.catchUp();
    this.plan();
  }

  readonly #onTimer = (): void => {
    const dueMs = this.#countedMs + this.#plannedTicks * this.#options.tickTimeMs;
    this.delayMs.add(Math.max(0, performance.now() - dueMs));
    this.catchUp();
    this.#plannedTicks = 0;
    this.plan();
  };

  #pass(): number {
    const { tickTimeMs } = this.#options;
    const planned = this.#plannedTicks;
    if (!this.#isRunning) return 0;
    const passed = Math.floor((performance.now() + EARLY_MS - this.#countedMs) / tickTimeMs);
    if (passed <= 0) return 0;
    this.#countedMs += passed * tickTimeMs;
    this.#plannedTicks -= passed;
    const stoodStill = passed - planned > LATE_TICKS_MAX;
    return stoodStill ? 1 : Math.max(1, Math.min(passed, planned));
  }
}
