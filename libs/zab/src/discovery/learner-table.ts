import type { Incarnation, ServerId, StoreId } from "../ids.ts";
import type { AckEpoch, Envelope, FollowerInfo } from "../packets.ts";
import type { Epoch, Zxid } from "../zxid.ts";

/** What a leader knows of one voter that asked to follow it. */
export interface LearnerRecord {
  readonly id: ServerId;
  incarnation: Incarnation;
  attempt: number;
  acceptedEpoch: Epoch;
  lastZxid: Zxid;
  storeId: StoreId;
  voice: boolean;
  /** Its answer to LEADERINFO of the present epoch, once given in the present attempt. */
  ackEpoch: AckEpoch | undefined;
  /** It has acknowledged NEWLEADER of the present epoch. */
  acknowledged: boolean;
  /** Own ticks since it last did what a learner of this epoch does; asking to become one does not count. */
  silentTicks: number;
}

/** The voters that follow, in the order of their ids, so that the order of output is always the same. */
export class LearnerTable {
  readonly #records = new Map<ServerId, LearnerRecord>();
  #sorted: readonly LearnerRecord[] = [];

  /** Takes note of a try to join. Undefined when a later try of the same process is known. */
  onFollowerInfo({ from, incarnation }: Envelope, packet: FollowerInfo): LearnerRecord | undefined {
    const { attempt, acceptedEpoch, lastZxid, storeId, voice } = packet;
    const known = this.#records.get(from);
    if (known !== undefined && known.incarnation === incarnation) {
      if (attempt < known.attempt) return undefined;
      if (attempt === known.attempt) {
        known.acceptedEpoch = Math.max(known.acceptedEpoch, acceptedEpoch) as Epoch;
        return known;
      }
    }
    const record: LearnerRecord = {
      id: from,
      incarnation,
      attempt,
      acceptedEpoch,
      lastZxid,
      storeId,
      voice,
      ackEpoch: undefined,
      acknowledged: false,
      silentTicks: known?.silentTicks ?? 0,
    };
    this.#records.set(from, record);
    this.#sorted = [...this.#records.values()].sort((one, other) => one.id - other.id);
    return record;
  }

  get(id: ServerId): LearnerRecord | undefined {
    return this.#records.get(id);
  }

  /** The record that a packet of this attempt belongs to. */
  find({ from, incarnation }: Envelope, attempt: number): LearnerRecord | undefined {
    const record = this.#records.get(from);
    if (record?.incarnation !== incarnation || record.attempt !== attempt) return undefined;
    return record;
  }

  all(): readonly LearnerRecord[] {
    return this.#sorted;
  }

  heard(id: ServerId): void {
    const record = this.#records.get(id);
    if (record !== undefined) record.silentTicks = 0;
  }

  tick(): void {
    for (const record of this.#records.values()) record.silentTicks++;
  }

  /** A new epoch begins: everyone is asked again. */
  forgetAnswers(): void {
    for (const record of this.#records.values()) {
      record.ackEpoch = undefined;
      record.acknowledged = false;
    }
  }
}
