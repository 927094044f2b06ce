import {
  epochOf,
  makeEpoch,
  makeZxid,
  type Proposal,
  ZXID_ZERO,
  type Zxid,
} from "../../src/index.ts";

/** What one epoch does: who leads it, how much it proposes, and how far each other server follows. */
export interface EpochStory {
  readonly leader: number;
  readonly batches: readonly number[];
  /** Per server: takes the leader's initial history over, and then so many of its batches. */
  readonly takes: readonly { readonly joins: boolean; readonly batches: number }[];
}

/**
 * The histories that a sequence of epochs leaves behind on each server. An epoch's leader keeps its
 * own history; whoever joins has exactly that, and then the beginning of what it proposes.
 */
export function histories(servers: number, stories: readonly EpochStory[]): Proposal[][] {
  const logs: Proposal[][] = Array.from({ length: servers }, () => []);
  stories.forEach((story, index) => {
    const leader = story.leader % servers;
    const initial = logs[leader] ?? [];
    const proposed = propose(endOf(initial), index + 1, story.batches);
    logs.forEach((_, server) => {
      const take = story.takes[server];
      if (server === leader) logs[server] = [...initial, ...proposed];
      else if (take?.joins) logs[server] = [...initial, ...proposed.slice(0, take.batches)];
    });
  });
  return logs;
}

export function endOf(log: readonly Proposal[]): Zxid {
  return log[log.length - 1]?.last ?? ZXID_ZERO;
}

export function epochEndsOf(log: readonly Proposal[], logStart: Zxid): Zxid[] {
  const ends = new Map<number, Zxid>();
  for (const { last } of log) if (last > logStart) ends.set(epochOf(last), last);
  return [logStart, ...ends.values()];
}

function propose(after: Zxid, epoch: number, batches: readonly number[]): Proposal[] {
  const proposals: Proposal[] = [];
  let counter = 0;
  for (const count of batches) {
    const previous = endOf(proposals) || after;
    const first = makeZxid(makeEpoch(epoch), counter + 1);
    counter += count;
    const last = makeZxid(makeEpoch(epoch), counter);
    proposals.push({ previous, first, last, kind: "txns", payload: new Uint8Array(1) });
  }
  return proposals;
}
