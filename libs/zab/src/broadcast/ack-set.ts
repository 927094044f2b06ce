import type { ServerId, StoreId } from "../ids.ts";
import type { Ack } from "../packets.ts";
import type { QuorumSystem } from "../quorum/quorum-system.ts";
import type { Electorate } from "../voice/electorate.ts";
import type { Zxid } from "../zxid.ts";

interface Heard {
  storeId: StoreId;
  voice: boolean;
  zxid: number;
  beat: number;
}

export type AckClaim = Pick<Ack, "storeId" | "voice" | "zxid" | "beat">;

/**
 * The watermarks that the voters of one epoch have acknowledged, and what a quorum of those who
 * count has reached. Who counts is asked at each count, never remembered.
 */
export class AckSet {
  readonly #quorum: QuorumSystem;
  readonly #electorate: Electorate;
  readonly #heard = new Map<ServerId, Heard>();

  constructor(quorum: QuorumSystem, electorate: Electorate) {
    this.#quorum = quorum;
    this.#electorate = electorate;
  }

  clear(): void {
    this.#heard.clear();
  }

  /** Watermarks of one store only grow; another store of the same voter starts from its own. */
  record(voter: ServerId, claim: AckClaim): void {
    const heard = this.#heard.get(voter);
    if (heard === undefined || heard.storeId !== claim.storeId) {
      const { storeId, voice, zxid, beat } = claim;
      this.#heard.set(voter, { storeId, voice, zxid, beat });
      return;
    }
    heard.voice ||= claim.voice;
    heard.zxid = Math.max(heard.zxid, claim.zxid);
    heard.beat = Math.max(heard.beat, claim.beat);
  }

  /** What this voter acknowledged, 0 when nothing of it counts. */
  readonly zxidOf = (voter: ServerId): number => this.#counted(voter)?.zxid ?? 0;
  readonly beatOf = (voter: ServerId): number => this.#counted(voter)?.beat ?? 0;

  zxidWatermark(): Zxid {
    return this.#quorum.watermark(this.zxidOf) as Zxid;
  }

  /** What it will be as soon as `voter` has acknowledged `zxid`. */
  zxidWatermarkWith(voter: ServerId, zxid: Zxid): Zxid {
    const reachedBy = (id: ServerId) => (id === voter ? zxid : this.zxidOf(id));
    return this.#quorum.watermark(reachedBy) as Zxid;
  }

  beatWatermark(): number {
    return this.#quorum.watermark(this.beatOf);
  }

  #counted(voter: ServerId): Heard | undefined {
    const heard = this.#heard.get(voter);
    if (heard === undefined) return undefined;
    return this.#electorate.counts(voter, heard.storeId, heard.voice) ? heard : undefined;
  }
}
