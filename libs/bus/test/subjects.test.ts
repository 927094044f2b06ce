import { expect, test } from "vitest";
import { InvalidSubject, Subjects } from "../src/index.ts";

test("spells every subject of the grammar", () => {
  const subjects = new Subjects({ root: "meerkat", ensemble: "main" });
  expect([
    subjects.zabProposal,
    subjects.zabCommit,
    subjects.zabInform,
    subjects.zabAck,
    subjects.zabPeer(3),
    subjects.zabObserver(3),
    subjects.electionVote,
    subjects.electionState(3),
    subjects.electionAdvice(3),
    subjects.electionAsk(3),
    subjects.request(7),
    subjects.gateway(1_700_000_000_000_000),
    subjects.report,
    subjects.all,
  ]).toEqual([
    "meerkat.main.zab.proposal",
    "meerkat.main.zab.commit",
    "meerkat.main.zab.inform",
    "meerkat.main.zab.ack",
    "meerkat.main.zab.peer.3",
    "meerkat.main.zab.observer.3",
    "meerkat.main.election.vote",
    "meerkat.main.election.replica.3.state",
    "meerkat.main.election.replica.3.advice",
    "meerkat.main.election.replica.3.ask",
    "meerkat.main.request.7",
    "meerkat.main.gateway.1700000000000000",
    "meerkat.main.report",
    "meerkat.main.>",
  ]);
});

test.each(["", "a.b", "a b", "*", ">", "ä", "a".repeat(65)])("refuses the ensemble %j", (name) => {
  expect(() => new Subjects({ root: "meerkat", ensemble: name })).toThrow(InvalidSubject);
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses the server id %d", (id) => {
  const subjects = new Subjects({ root: "meerkat", ensemble: "main" });
  expect(() => subjects.zabPeer(id)).toThrow(InvalidSubject);
});
