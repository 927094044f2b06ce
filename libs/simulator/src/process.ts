import type { Action, Clock } from "./clock.ts";

/** Messages that wait for a stopped process, at most; sockets keep no more either. */
const BACKLOG_MAX = 5_000;

/**
 * One run of one process: it can be stopped for a while (SIGSTOP), in which what comes to it waits,
 * and it can die, after which nothing of it happens any more.
 */
export class Process {
  #alive = true;
  #paused = false;
  #backlog: Action[] = [];
  #tickWaits = false;

  get alive(): boolean {
    return this.#alive;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Everything that happens in the process happens through here. */
  enter(action: Action): void {
    if (!this.#alive) return;
    if (!this.#paused) action();
    else if (this.#backlog.length < BACKLOG_MAX) this.#backlog.push(action);
  }

  /**
   * A timer that fires again and again; however long the process was stopped, it fires once for it.
   */
  every(clock: Clock, periodUs: number, tick: Action): void {
    const fire = () => {
      if (!this.#alive) return;
      clock.after(periodUs, fire);
      if (this.#tickWaits) return;
      this.#tickWaits = true;
      this.enter(() => {
        this.#tickWaits = false;
        tick();
      });
    };
    clock.after(periodUs, fire);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const backlog = this.#backlog;
    this.#backlog = [];
    for (const action of backlog) this.enter(action);
  }

  kill(): void {
    this.#alive = false;
    this.#backlog = [];
  }
}
