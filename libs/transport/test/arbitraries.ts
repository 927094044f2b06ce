import {
  type Audience,
  type Envelope,
  EPOCH_MAX,
  type Epoch,
  type Incarnation,
  makeZxid,
  type Packet,
  type Proposal,
  type ServerId,
  type ServerState,
  type StoreId,
  type Zxid,
} from "@meerkat/zab";
import type { Advice, Notification, ReplicaState } from "@meerkat/zab/election";
import fc from "fast-check";
import type { ServerReport, ToGateway, ToLeader } from "../src/index.ts";

/** Random values of everything that goes over the wire. */

const aCount = fc.maxSafeNat();
const aFlag = fc.boolean();
const aServerId = fc.integer({ min: 1, max: 65_535 }) as fc.Arbitrary<ServerId>;
const anEpoch = fc.integer({ min: 0, max: EPOCH_MAX }) as fc.Arbitrary<Epoch>;
const aZxid = fc.maxSafeNat() as fc.Arbitrary<Zxid>;
const aStoreId = fc.maxSafeNat() as fc.Arbitrary<StoreId>;
export const anIncarnation = fc.maxSafeNat() as fc.Arbitrary<Incarnation>;
const bytes = fc.uint8Array({ maxLength: 3_000 });
const aServerState = fc.constantFrom<ServerState>("LOOKING", "FOLLOWING", "LEADING", "OBSERVING");
const aVote = fc.record({ leader: aServerId, peerEpoch: anEpoch, zxid: aZxid });

const aProposal: fc.Arbitrary<Proposal> = fc
  .record({
    epoch: anEpoch,
    first: fc.integer({ min: 1, max: 2 ** 31 }),
    count: fc.integer({ min: 1, max: 2 ** 30 }),
    kind: fc.constantFrom<Proposal["kind"]>("txns", "admission"),
    payload: bytes,
  })
  .map(({ epoch, first, count, kind, payload }) => ({
    previous: makeZxid(epoch, first - 1),
    first: makeZxid(epoch, first),
    last: makeZxid(epoch, first + count - 1),
    kind,
    payload,
  }));

const part = { attempt: aCount, epoch: anEpoch };

const aPacket: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    type: fc.constant("FOLLOWERINFO" as const),
    attempt: aCount,
    acceptedEpoch: anEpoch,
    lastZxid: aZxid,
    storeId: aStoreId,
    voice: aFlag,
  }),
  fc.record({ type: fc.constant("OBSERVERINFO" as const), attempt: aCount, lastZxid: aZxid }),
  fc.record({ type: fc.constant("LEADERINFO" as const), ...part }),
  fc.record({
    type: fc.constant("ACKEPOCH" as const),
    ...part,
    promised: aFlag,
    currentEpoch: anEpoch,
    lastZxid: aZxid,
    epochEnds: fc.array(aZxid, { maxLength: 64 }),
    storeId: aStoreId,
    voice: aFlag,
  }),
  fc.record({
    type: fc.constant("DIFF" as const),
    ...part,
    after: aZxid,
    proposals: fc.array(aProposal, { maxLength: 5 }),
    complete: aFlag,
    committed: aZxid,
  }),
  fc.record({ type: fc.constant("TRUNC" as const), ...part, to: aZxid }),
  fc.record({
    type: fc.constant("SNAP" as const),
    ...part,
    zxid: aZxid,
    members: fc.array(fc.tuple(aServerId, aStoreId), { maxLength: 7 }).map((all) => new Map(all)),
    index: aCount,
    last: aFlag,
    chunk: bytes,
  }),
  fc.record({ type: fc.constant("SYNCNEXT" as const), ...part, after: aZxid }),
  fc.record({ type: fc.constant("SYNCNEXT" as const), ...part, after: aZxid, chunk: aCount }),
  fc.record({ type: fc.constant("NEWLEADER" as const), ...part, lastZxid: aZxid }),
  fc.record({
    type: fc.constant("ACK" as const),
    epoch: anEpoch,
    zxid: aZxid,
    beat: aCount,
    storeId: aStoreId,
    voice: aFlag,
  }),
  fc.record({ type: fc.constant("UPTODATE" as const), ...part, committed: aZxid }),
  fc.record({ type: fc.constant("INFORM" as const), epoch: anEpoch, proposal: aProposal }),
  fc.record({
    type: fc.constant("PROPOSAL" as const),
    epoch: anEpoch,
    committed: aZxid,
    proposal: aProposal,
  }),
  fc.record({
    type: fc.constant("COMMIT" as const),
    epoch: anEpoch,
    committed: aZxid,
    lastProposed: aZxid,
    beat: aCount,
  }),
);

export const anEnvelope: fc.Arbitrary<Envelope> = fc.record({
  from: aServerId,
  incarnation: anIncarnation,
  to: fc.oneof(
    aServerId,
    fc.constantFrom("learners", "followers", "observers", "voters") as fc.Arbitrary<Audience>,
  ),
  packet: aPacket,
});

export const aNotification: fc.Arbitrary<Notification> = fc.record({
  from: aServerId,
  serverState: aServerState,
  round: aCount,
  vote: aVote,
  epoch: anEpoch,
  lastZxid: aZxid,
  voice: aFlag,
  established: aFlag,
});

export const aReplicaState: fc.Arbitrary<ReplicaState> = fc.record({
  incarnation: anIncarnation,
  serverState: aServerState,
  epoch: anEpoch,
  lastZxid: aZxid,
  leader: fc.option(aServerId, { nil: undefined }),
  established: aFlag,
  voice: aFlag,
});

export const anAdvice: fc.Arbitrary<Advice> = fc.record({
  leader: aServerId,
  round: aCount,
  incarnation: anIncarnation,
});

export const aMessageToLeader: fc.Arbitrary<ToLeader> = fc.oneof(
  fc.record({
    type: fc.constant("requests" as const),
    gateway: aCount,
    epoch: anEpoch,
    opening: aFlag,
    first: aCount,
    count: aCount,
    requests: bytes,
  }),
  fc.record({
    type: fc.constant("tick" as const),
    gateway: aCount,
    epoch: anEpoch,
    firstUnanswered: aCount,
    lastNumber: aCount,
    touched: fc.array(aCount, { maxLength: 300 }),
    answers: aCount,
    leaseFromMs: aCount,
  }),
  fc.record({
    type: fc.constant("barrier" as const),
    gateway: aCount,
    epoch: anEpoch,
    id: aCount,
  }),
);

export const aMessageToGateway: fc.Arbitrary<ToGateway> = fc.oneof(
  fc.record({ type: fc.constant("resend" as const), epoch: anEpoch, from: aCount }),
  fc.record({ type: fc.constant("barrier" as const), epoch: anEpoch, id: aCount, zxid: aZxid }),
  fc.record({ type: fc.constant("welcome" as const), epoch: anEpoch, expected: aCount }),
  fc.record({ type: fc.constant("question" as const), epoch: anEpoch, number: aCount }),
  fc.record({
    type: fc.constant("lease" as const),
    epoch: anEpoch,
    fromMs: aCount,
    graceMs: aCount,
  }),
);

export const aReport: fc.Arbitrary<ServerReport> = fc.record({
  id: aServerId,
  kind: fc.constantFrom("replica" as const, "gateway" as const),
  name: fc.string(),
  address: fc.string(),
  serverState: aServerState,
  zabState: fc.constantFrom("ELECTION", "DISCOVERY", "SYNCHRONIZATION", "BROADCAST"),
  epoch: anEpoch,
  leader: fc.oneof(aServerId, fc.constant(0 as const)),
  established: aFlag,
  voice: aFlag,
  lastZxid: aZxid,
  appliedZxid: aZxid,
  digest: fc.maxSafeNat().map((value) => value.toString(16).padStart(16, "0")),
  startedAtMs: aCount,
});
