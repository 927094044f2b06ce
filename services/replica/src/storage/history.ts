import {
  epochOf,
  formatZxid,
  type Incarnation,
  type Proposal,
  type StoredHistory,
  ZXID_ZERO,
  type Zxid,
} from "@meerkat/zab";
import { learnerLogStart } from "./learner-log.ts";
import { EPOCH_RANGE } from "./log-table.ts";
import type { Store } from "./store.ts";

/** What a replica finds at its start. */
export interface LoadedHistory {
  readonly history: StoredHistory;
  readonly incarnation: Incarnation;
  /** One sentence per thing that was found damaged and dropped; empty when all is well. */
  readonly damage: readonly string[];
}

/**
 * Reads and checks what the disk holds: the newest sound snapshot and every log row after it.
 *
 * A transaction that the crash cut off is no damage: SQLite drops it by itself, and nobody was told
 * of it. A row that is there and fails its checksum is different: it was written whole, so it may
 * have been acknowledged. The replica keeps the sound rows before it, and since it has forgotten
 * something it may have promised, it is from now on a new store without a voice (docs/adr/0001): the
 * leader sends what is missing and admits it again.
 */
export function loadHistory(store: Store, windowBytesMax: number): LoadedHistory {
  const damage: string[] = [];
  if (store.hasLostTransactions) damage.push("a page of the write-ahead log cannot be read");
  let incarnation = 0 as Incarnation;
  store.transaction(() => {
    incarnation = store.state.nextIncarnation(Date.now());
    store.snapshots.abandon("own");
    store.snapshots.abandon("leader");
    store.snapshots.abandon("retired");
    const before = store.lastZxid;
    keepSoundRows(store, keepSoundSnapshot(store, damage), damage);
    // A damaged snapshot costs nothing while an older one and the log between them are sound.
    if (store.lastZxid < before) store.loseVoice();
  });
  return { history: readHistory(store, windowBytesMax), incarnation, damage };
}

/** Returns the zxid of the newest snapshot that can be read, 0 without one. */
function keepSoundSnapshot(store: Store, damage: string[]): Zxid {
  const headers = store.snapshots.completed();
  for (const header of headers) {
    if (store.snapshots.isSound(header)) return header.zxid;
    damage.push(`the snapshot at ${formatZxid(header.zxid)} fails its checksum`);
    store.snapshots.delete(header.id);
  }
  return ZXID_ZERO;
}

/** Deletes from the first row on that is damaged or does not continue the one before it. */
function keepSoundRows(store: Store, base: Zxid, damage: string[]): void {
  let last = base;
  for (const { proposal, sound } of store.log.after(base)) {
    const problem = sound ? gapBetween(last, proposal) : "fails its checksum";
    if (problem !== undefined) {
      damage.push(`the log row ${formatZxid(proposal.last)} ${problem}`);
      break;
    }
    last = proposal.last;
  }
  if (damage.length === 0) return;
  store.log.truncateAfter(last);
  store.state.forgetAdmissionsAfter(last);
}

function gapBetween(last: Zxid, { previous }: Proposal): string | undefined {
  if (previous === last) return undefined;
  return `follows ${formatZxid(previous)}, but the history before it ends at ${formatZxid(last)}`;
}

function readHistory(store: Store, windowBytesMax: number): StoredHistory {
  const base = store.snapshots.completed()[0];
  const snapshotZxid = base?.zxid ?? ZXID_ZERO;
  const { state, committed } = store.state.readHardState();
  const known = Math.max(committed, store.log.lastCommitted, base?.endZxid ?? ZXID_ZERO);
  const committedHere = Math.min(known, store.lastZxid) as Zxid;
  const behind = proposalsAfter(store, committedHere);
  const windowEnd = behind[0]?.previous ?? store.lastZxid;
  return {
    storeId: store.state.storeId,
    hardState: state,
    snapshotZxid,
    committed: committedHere,
    proposals: [...windowBefore(store, windowEnd, windowBytesMax), ...behind],
    logStart: learnerLogStart(store),
    epochEnds: epochEndsOf(store),
    admissions: store.state.admissions(),
  };
}

function proposalsAfter(store: Store, zxid: Zxid): Proposal[] {
  return Array.from(store.log.after(zxid), ({ proposal }) => proposal);
}

/**
 * The committed proposals that a leader keeps in memory for learners that are a little behind. It ends
 * where a row is damaged or missing: the tree does not need it.
 */
function windowBefore(store: Store, end: Zxid, bytesMax: number): Proposal[] {
  const window: Proposal[] = [];
  let bytes = 0;
  let next = end;
  for (const { proposal, sound } of store.log.backwardFrom(end)) {
    bytes += proposal.payload.byteLength;
    const isWhole = sound && proposal.last === next;
    if (!isWhole || (window.length > 0 && bytes > bytesMax)) break;
    window.push(proposal);
    next = proposal.previous;
  }
  return window.reverse();
}

/** Last zxid of each epoch in the log, ascending; a leader plans with all of them. */
function epochEndsOf(store: Store): Zxid[] {
  const ends: Zxid[] = [];
  let end = store.log.newest;
  while (end !== undefined) {
    ends.push(end);
    end = store.log.lastBefore(epochOf(end) * EPOCH_RANGE);
  }
  return ends.reverse();
}
