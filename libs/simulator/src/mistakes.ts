import { type Envelope, epochOf } from "@meerkat/zab";
import type { Ensemble } from "./ensemble.ts";
import { emptyImage, type Image, lastZxidOf } from "./image.ts";
import type { World } from "./world.ts";

/**
 * Mistakes that an implementation could make, made here at the simulator's own seams, so that
 * production code has no door for them. Each must be found: it shows that the checkers bite.
 */
export const MISTAKES = [
  /** A replica acknowledges what its disk does not hold yet. */
  "ack-before-persist",
  /** A replica forgets at a restart which epochs it accepted beyond its history. */
  "accept-older-epoch",
  /** A leader is told of acknowledgements that nobody gave. */
  "commit-without-quorum",
  /** A replica that lost its disk speaks as if it had not. */
  "wiped-replica-votes",
] as const;
export type Mistake = (typeof MISTAKES)[number];

/**
 * Checkers that stand exactly where a mistake is made would report the mistake itself. They stay
 * at home, so that it must be found by what it does to ZAB's promises.
 */
export const BLIND: Readonly<Record<Mistake, ReadonlySet<string>>> = {
  "ack-before-persist": new Set(["DurablePromises", "PersistedEpochs", "AdmittedVoice"]),
  "accept-older-epoch": new Set(["DurablePromises", "PersistedEpochs"]),
  "commit-without-quorum": new Set(),
  "wiped-replica-votes": new Set(["AdmittedVoice", "PersistedEpochs"]),
};

/** wiped-replica-votes: the new folder has the old one's name and voice, and nothing else of it. */
export function keptStore(image: Image): Image {
  const empty = emptyImage(image.storeId);
  empty.hardState = { ...empty.hardState, voice: image.hardState.voice };
  return empty;
}

/** accept-older-epoch: what was accepted and left no transaction behind is forgotten. */
export function forgetEpochs(image: Image): void {
  const epoch = epochOf(lastZxidOf(image));
  image.hardState = { ...image.hardState, acceptedEpoch: epoch, currentEpoch: epoch };
}

/** commit-without-quorum: each proposal is acknowledged at once in the name of every voter. */
export function forgeAcks(world: World, ensemble: Ensemble, { from, packet }: Envelope): void {
  if (packet.type !== "PROPOSAL") return;
  for (const { id, disk, run } of ensemble.replicas) {
    if (id === from || run === undefined) continue;
    const envelope: Envelope = {
      from: id,
      incarnation: run.incarnation,
      to: "voters",
      packet: {
        type: "ACK",
        epoch: packet.epoch,
        zxid: packet.proposal.last,
        beat: 0,
        storeId: disk.image.storeId,
        voice: true,
      },
    };
    world.clock.after(1, () => ensemble.deliver(id, from, { type: "zab", envelope }));
  }
}

export function isMistake(text: string): text is Mistake {
  return (MISTAKES as readonly string[]).includes(text);
}

export type OnPublish = (envelope: Envelope) => void;
