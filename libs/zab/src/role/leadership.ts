import { AckSet } from "../broadcast/ack-set.ts";
import { type LearnerRecord, LearnerTable } from "../discovery/learner-table.ts";
import type { ServerId } from "../ids.ts";
import { invariant } from "../invariant.ts";
import type { PeerCore } from "../peer-core.ts";
import type { ZabState } from "../ready.ts";
import { type Epoch, makeZxid, type Zxid } from "../zxid.ts";

/** What the phases of one leadership share. */
export class Leadership {
  readonly core: PeerCore;
  readonly learners = new LearnerTable();
  readonly acks: AckSet;
  zabState: Exclude<ZabState, "ELECTION"> = "DISCOVERY";
  /** Chosen in discovery. */
  epoch: Epoch | undefined;
  /** Ticks since this epoch's opening last came forward, while it is not established. */
  idleTicks = 0;

  constructor(core: PeerCore) {
    this.core = core;
    this.acks = new AckSet(core.quorum, core.electorate);
  }

  get established(): boolean {
    return this.zabState === "BROADCAST";
  }

  /** Whether this server's own word counts. */
  get selfCounts(): boolean {
    const { electorate, self, storeId, hardState } = this.core;
    return electorate.counts(self, storeId, hardState.voice);
  }

  counts(record: LearnerRecord): boolean {
    return this.core.electorate.counts(record.id, record.storeId, record.voice);
  }

  isVoter(id: ServerId): boolean {
    return this.core.config.voters.includes(id);
  }

  /** @throws InvariantViolation before the epoch is chosen. */
  get openEpoch(): Epoch {
    invariant(this.epoch !== undefined, "the epoch is chosen");
    return this.epoch;
  }

  /** Acknowledges NEWLEADER of this epoch. */
  get newLeaderZxid(): Zxid {
    return makeZxid(this.openEpoch, 0);
  }
}
