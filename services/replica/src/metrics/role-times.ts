import { Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";
import type { PeerStatus } from "@meerkat/zab";

/** How long this replica was in which state: elections, the way into a new epoch, leaderships. */
export class RoleTimes {
  /** From LOOKING to having somebody to follow, or to lead. */
  readonly electionMs = new Histogram(MILLISECONDS);
  /** From following a leader to having its history. */
  readonly followerSyncMs = new Histogram(MILLISECONDS);
  /** From the loss of the last established epoch to the next one. */
  readonly unavailableMs = new Histogram(MILLISECONDS);
  /** How often it went LOOKING, its start included. */
  lookingCount = 0;
  #lookingSinceMs: number | undefined;
  #followingSinceMs: number | undefined;
  #lostAtMs: number | undefined;
  #leadingSinceMs: number | undefined;

  /** To be called with each change of the status, and once at the start. */
  onStatus({ serverState, established }: PeerStatus, nowMs: number): void {
    const isLooking = serverState === "LOOKING";
    const isLeading = serverState === "LEADING" && established;
    if (isLooking) this.#look(nowMs);
    else if (this.#lookingSinceMs !== undefined) this.#found(this.#lookingSinceMs, nowMs);
    this.#follow(serverState === "FOLLOWING" && !established, established, nowMs);
    if (established) this.#recover(nowMs);
    else this.#lostAtMs ??= nowMs;
    if (!isLeading) this.#leadingSinceMs = undefined;
    else this.#leadingSinceMs ??= nowMs;
  }

  /** How long this replica leads its established epoch; undefined when it does not. */
  leaderUptimeMs(nowMs: number): number | undefined {
    return this.#leadingSinceMs === undefined ? undefined : nowMs - this.#leadingSinceMs;
  }

  /** How long this replica has been without an established epoch; undefined when it has one. */
  outageMs(nowMs: number): number | undefined {
    return this.#lostAtMs === undefined ? undefined : nowMs - this.#lostAtMs;
  }

  #look(nowMs: number): void {
    if (this.#lookingSinceMs !== undefined) return;
    this.#lookingSinceMs = nowMs;
    this.lookingCount += 1;
  }

  #found(sinceMs: number, nowMs: number): void {
    this.electionMs.add(nowMs - sinceMs);
    this.#lookingSinceMs = undefined;
  }

  #follow(isSynchronizing: boolean, isDone: boolean, nowMs: number): void {
    if (isSynchronizing) {
      this.#followingSinceMs ??= nowMs;
      return;
    }
    if (isDone && this.#followingSinceMs !== undefined) {
      this.followerSyncMs.add(nowMs - this.#followingSinceMs);
    }
    this.#followingSinceMs = undefined;
  }

  #recover(nowMs: number): void {
    if (this.#lostAtMs === undefined) return;
    this.unavailableMs.add(nowMs - this.#lostAtMs);
    this.#lostAtMs = undefined;
  }
}
