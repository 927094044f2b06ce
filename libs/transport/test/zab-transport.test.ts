import { type MemoryBus, MemoryHub, Subjects } from "@meerkat/bus";
import {
  type Envelope,
  type Incarnation,
  makeEpoch,
  makeZxid,
  type Packet,
  type Proposal,
  type ServerId,
  type StoreId,
  ZXID_ZERO,
} from "@meerkat/zab";
import { beforeEach, expect, test } from "vitest";
import { encodeEnvelope, requiredMaxPayloadBytes, ZabTransport } from "../src/index.ts";

const subjects = new Subjects({ root: "meerkat", ensemble: "test" });
const epoch = makeEpoch(1);
const COMMIT: Packet = {
  type: "COMMIT",
  epoch,
  committed: ZXID_ZERO,
  lastProposed: ZXID_ZERO,
  beat: 1,
};
const ACK: Packet = {
  type: "ACK",
  epoch,
  zxid: makeZxid(epoch, 1),
  beat: 1,
  storeId: 5 as StoreId,
  voice: true,
};

function envelopeOf(from: number, to: Envelope["to"] | number, packet: Packet): Envelope {
  return {
    from: from as ServerId,
    incarnation: 1 as Incarnation,
    to: to as Envelope["to"],
    packet,
  };
}

const OBSERVERS_FROM = 1_000;

class Server {
  readonly heard: string[] = [];
  readonly problems: string[] = [];
  readonly transport: ZabTransport;
  readonly bus: MemoryBus;
  readonly #id: number;

  constructor(hub: MemoryHub, id: number) {
    this.#id = id;
    this.bus = hub.connect(String(id));
    this.transport = new ZabTransport({
      bus: this.bus,
      subjects,
      self: id as ServerId,
      observer: id >= OBSERVERS_FROM,
      onProblem: (sentence) => this.problems.push(sentence),
    });
    this.transport.onEnvelope(({ from, packet }) => this.heard.push(`${from} ${packet.type}`));
  }

  send(to: Envelope["to"] | number, packet: Packet, incarnation = 1): void {
    const envelope = envelopeOf(this.#id, to, packet);
    this.transport.send({ ...envelope, incarnation: incarnation as Incarnation });
  }
}

let hub: MemoryHub;
let one: Server;
let two: Server;
let gateway: Server;

beforeEach(() => {
  hub = new MemoryHub({ delivery: "pump", maxPayloadBytes: 10_000 });
  one = new Server(hub, 1);
  two = new Server(hub, 2);
  gateway = new Server(hub, 1001);
});

function proposalOf(counter: number, sizeBytes: number): Proposal {
  const [previous, first] = [makeZxid(epoch, counter - 1), makeZxid(epoch, counter)];
  return { previous, first, last: first, kind: "txns", payload: new Uint8Array(sizeBytes) };
}

function proposal(sizeBytes: number): Packet {
  return { type: "PROPOSAL", epoch, committed: ZXID_ZERO, proposal: proposalOf(1, sizeBytes) };
}

test("carries a round of broadcast to all, and what is meant for one to that one", () => {
  one.send("followers", proposal(100));
  one.send("observers", { type: "INFORM", epoch, proposal: proposalOf(1, 100) });
  one.send("learners", COMMIT);
  two.send("voters", ACK);
  two.send(1, { type: "OBSERVERINFO", attempt: 1, lastZxid: ZXID_ZERO });
  hub.pump();
  expect(one.heard).toEqual(["2 ACK", "2 OBSERVERINFO"]);
  expect(two.heard).toEqual(["1 PROPOSAL", "1 COMMIT"]);
  expect(gateway.heard).toEqual(["1 INFORM", "1 COMMIT"]);
});

test("takes an observer's word from observers only", () => {
  gateway.send(1, { type: "OBSERVERINFO", attempt: 1, lastZxid: ZXID_ZERO });
  const ofVoter = encodeEnvelope(envelopeOf(2, 1, ACK));
  gateway.bus.publish(subjects.zabObserver(1), ofVoter);
  hub.pump();
  expect(one.heard).toEqual(["1001 OBSERVERINFO"]);
  expect(one.transport.received.forged).toBe(1);
});

test("hears acks only while it wants them", () => {
  one.transport.hearAcks(false);
  two.send("voters", ACK);
  two.send("learners", COMMIT);
  hub.pump();
  expect(one.heard).toEqual(["2 COMMIT"]);
  one.transport.hearAcks(true);
  one.transport.hearAcks(true);
  two.send("voters", ACK);
  hub.pump();
  expect(one.heard).toEqual(["2 COMMIT", "2 ACK"]);
});

test("hears nothing after close", () => {
  two.transport.close();
  one.send("learners", COMMIT);
  hub.pump();
  expect(two.heard).toEqual([]);
});

test("drops what an older run of a sender said, and counts it", () => {
  one.send("learners", COMMIT, 7);
  one.send("followers", proposal(1), 6);
  one.send("learners", COMMIT, 7);
  hub.pump();
  expect(two.heard).toEqual(["1 COMMIT", "1 COMMIT"]);
  expect(two.transport.received.stale).toBe(1);
});

test("drops what is no packet, says so once, and goes on", () => {
  two.bus.publish(subjects.zabCommit, new TextEncoder().encode("hello"));
  two.bus.publish(subjects.zabCommit, new Uint8Array(0));
  two.send("voters", ACK);
  hub.pump();
  expect(one.heard).toEqual(["2 ACK"]);
  expect(one.transport.received.malformed).toBe(2);
  expect(one.problems).toHaveLength(1);
  expect(one.problems[0]).toContain("no ZAB packet of this version");
});

test("names a second process that runs under its own id", () => {
  const twin = new Server(hub, 1);
  twin.send("voters", ACK, 9);
  twin.send("voters", ACK, 9);
  hub.pump();
  expect(one.heard).toEqual([]);
  expect(one.transport.received.impostor).toBe(2);
  expect(one.problems).toEqual([
    "Another process runs as server 1 of this ensemble: give each server an id of its own.",
  ]);
});

test("drops a packet for another peer that came in on its own subject", () => {
  two.bus.publish(subjects.zabPeer(1), encodeEnvelope(envelopeOf(2, 3, COMMIT)));
  hub.pump();
  expect(one.heard).toEqual([]);
  expect(one.transport.received.malformed).toBe(1);
});

test("refuses a batch above the bound instead of losing it", () => {
  expect(() => one.send("followers", proposal(10_000))).toThrow(/10\d\d\d bytes .* max_payload/);
});

test("a kept proposal does not keep the socket read that it came in", () => {
  const read = new Uint8Array(64 * 1024);
  const bytes = encodeEnvelope(envelopeOf(1, "followers", proposal(100)));
  read.set(bytes, 1_000);
  const packets: Packet[] = [];
  const learner = new ZabTransport({
    bus: hub.connect("7"),
    subjects,
    self: 7 as ServerId,
    observer: false,
  });
  learner.onEnvelope(({ packet }) => packets.push(packet));
  two.bus.publish(subjects.zabProposal, read.subarray(1_000, 1_000 + bytes.length));
  hub.pump();
  const [packet] = packets;
  if (packet?.type !== "PROPOSAL") throw new Error("no proposal arrived");
  expect(packet.proposal.payload.buffer.byteLength).toBe(100);
});

test("the required max_payload covers a DIFF of many small proposals and one large", () => {
  const bounds = { proposalBytesMax: 50_000, syncChunkBytesMax: 16_000 };
  const small = Array.from({ length: 1_000 }, (_, n) => proposalOf(n + 1, 16));
  const diff: Packet = {
    type: "DIFF",
    attempt: 1,
    epoch,
    after: ZXID_ZERO,
    proposals: [...small, proposalOf(1_001, 50_000)],
    complete: true,
    committed: ZXID_ZERO,
  };
  const bytes = encodeEnvelope(envelopeOf(1, 2, diff));
  expect(bytes.length).toBeLessThanOrEqual(requiredMaxPayloadBytes(bounds));
});
