import { Reminder } from "@meerkat/service";
import type { Logger } from "@meerkat/telemetry";
import { formatZxid, type PeerStatus } from "@meerkat/zab";
import type { ReignCounters } from "./metrics/reign-counters.ts";
import type { SyncTraffic } from "./metrics/sync-traffic.ts";

export interface ChronicleParts {
  readonly logger: Logger;
  readonly syncTraffic: SyncTraffic;
  readonly reignCounters: ReignCounters;
}

/** Sessions that expire together get one line. */
const EXPIRY_LINE_MS = 1_000;
/** An election that takes longer is none of the usual ones. */
const TROUBLE_MS = 10_000;

/**
 * What happened to this replica, for a person who reads it at night: one line when an epoch is lost, one
 * when there is one again and how it came to it, and one now and then while there is none. All the steps
 * in between are there at level debug.
 */
export class Chronicle {
  readonly #parts: ChronicleParts;
  readonly #outage = new Reminder();
  #last: PeerStatus | undefined;
  #expiredTold = 0;
  #expiredToldMs = 0;

  constructor(parts: ChronicleParts) {
    this.#parts = parts;
  }

  /** The status has changed; until now there was no established epoch for `outageMs`. */
  onStatus(status: PeerStatus, outageMs = 0): void {
    const { logger } = this.#parts;
    const before = this.#last;
    this.#last = status;
    logger.debug(fieldsOf(status), sentence(status.reason));
    if (before !== undefined && before.voice !== status.voice) this.#onVoice(status);
    const isSame = before?.epoch === status.epoch && before.leader === status.leader;
    if (before?.established && !(status.established && isSame)) this.#onLost(before, status);
    if (status.established && !(before?.established && isSame)) this.#onFound(status, outageMs);
  }

  /** Once per tick. */
  onTick(nowMs: number, outageMs: number | undefined): void {
    if (outageMs !== undefined) this.#remind(outageMs);
    const { sessionsExpired } = this.#parts.reignCounters;
    if (sessionsExpired > this.#expiredTold && nowMs - this.#expiredToldMs >= EXPIRY_LINE_MS) {
      this.#onExpired(sessionsExpired - this.#expiredTold);
      this.#expiredTold = sessionsExpired;
      this.#expiredToldMs = nowMs;
    }
  }

  #remind(outageMs: number): void {
    const status = this.#last;
    if (status === undefined || !this.#outage.isDue(outageMs)) return;
    const level = outageMs >= TROUBLE_MS ? "warn" : "info";
    const lasts = `Without a leader and its epoch for ${Math.round(outageMs / 1_000)} s`;
    this.#parts.logger[level](
      { ...fieldsOf(status), outageMs: Math.round(outageMs) },
      `${lasts}: ${status.reason}`,
    );
  }

  #onVoice({ voice }: PeerStatus): void {
    if (voice) this.#parts.logger.info("This replica has a voice: it counts in quorums");
    else
      this.#parts.logger.warn(
        "This replica has lost its voice: another data folder was admitted for it",
      );
  }

  #onLost(before: PeerStatus, status: PeerStatus): void {
    const { logger } = this.#parts;
    const { serverState, epoch, leader } = before;
    const fields = fieldsOf(status);
    if (status.serverState === "LEADING" && serverState === "LEADING") {
      logger.info(fields, `Opens the epoch after ${epoch}: ${status.reason}`);
    } else if (status.serverState === "FOLLOWING") {
      logger.info(fields, `Synchronizes with leader ${status.leader} again: ${status.reason}`);
    } else if (serverState === "LEADING") {
      logger.warn(fields, `No longer leads epoch ${epoch}: ${status.reason}`);
    } else logger.warn(fields, `Lost leader ${leader} of epoch ${epoch}: ${status.reason}`);
  }

  #onFound(status: PeerStatus, outageMs: number): void {
    const { logger, syncTraffic } = this.#parts;
    const { serverState, epoch, leader, lastZxid } = status;
    const tookMs = Math.round(outageMs);
    const fields = { ...fieldsOf(status), tookMs };
    this.#outage.reset();
    const story = syncTraffic.takeStory();
    if (serverState === "LEADING") {
      const from = `its history ends at ${formatZxid(lastZxid)}`;
      logger.info(fields, `Leads epoch ${epoch}, after ${tookMs} ms without one; ${from}`);
    } else {
      const whom = `Follows leader ${leader} in epoch ${epoch}`;
      logger.info(
        fields,
        `${whom}, after ${tookMs} ms without one; came to its history by ${story}`,
      );
    }
  }

  #onExpired(count: number): void {
    const sessions = count === 1 ? "1 session" : `${count} sessions`;
    this.#parts.logger.info(
      { count },
      `Ended ${sessions}: their clients were not heard of for their session timeout`,
    );
  }
}

function fieldsOf(status: PeerStatus): object {
  const { serverState, zabState, epoch, leader = 0, established, voice, lastZxid } = status;
  const zxid = formatZxid(lastZxid);
  return { serverState, zabState, epoch, leader, established, voice, lastZxid: zxid };
}

function sentence(reason: string): string {
  return reason.charAt(0).toUpperCase() + reason.slice(1);
}
