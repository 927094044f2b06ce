import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rig } from "./support/rig.ts";
import { ScriptedLeader } from "./support/scripted-leader.ts";

/**
 * Whatever is lost between gateway and leaders, and however often the leader changes: every write
 * is applied once, in the order of its session, and its caller is told so.
 */
type Step =
  | { readonly kind: "write" }
  | { readonly kind: "exchange"; readonly losses: readonly boolean[] }
  | { readonly kind: "tick" }
  | { readonly kind: "apply" }
  | { readonly kind: "newLeader"; readonly keeps: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: "write" } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("exchange" as const),
      losses: fc.array(fc.boolean(), { maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "tick" } as const) },
  { weight: 3, arbitrary: fc.constant({ kind: "apply" } as const) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("newLeader" as const), keeps: fc.nat(5) }),
  },
);

class Story {
  readonly rig = new Rig({ outstandingCountMax: 5, batchCountMax: 3, noQuorumTicks: 1_000_000 });
  readonly paths: string[] = [];
  leader = new ScriptedLeader(1);

  constructor() {
    this.rig.catchUp(this.leader);
  }

  run(steps: readonly Step[]): void {
    for (const one of steps) this.#take(one);
    this.rig.requests.tick();
    for (let round = 0; round <= this.paths.length + 2; round += 1) {
      this.rig.exchange(this.leader);
      this.rig.applyFrom(this.leader);
      this.rig.requests.tick();
    }
  }

  #take(one: Step): void {
    switch (one.kind) {
      case "write": {
        const path = `/n${this.paths.length}`;
        this.paths.push(path);
        this.rig.create(path);
        break;
      }
      case "exchange": {
        let index = 0;
        this.rig.exchange(this.leader, () => one.losses[index++] ?? false);
        break;
      }
      case "tick":
        this.rig.requests.tick();
        break;
      case "apply":
        this.rig.applyFrom(this.leader);
        break;
      case "newLeader":
        this.#changeLeader(one.keeps);
        break;
    }
  }

  /** What is applied here was committed and stays; of the rest the successor has some. */
  #changeLeader(keeps: number): void {
    const applied = this.leader.log.filter(({ zxid }) => zxid <= this.rig.position).length;
    const history = this.leader.log.slice(0, applied + keeps);
    this.rig.endTurn();
    this.rig.requests.onLeaderLost();
    this.leader = new ScriptedLeader(this.leader.epoch + 1, history);
    this.rig.catchUp(this.leader);
  }
}

describe("writes through losses and leader changes", () => {
  it("happen once, in order, and are answered once", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const story = new Story();
        story.run(steps);
        expect(story.rig.told).toEqual(story.paths);
        const applied = story.leader.log.map(({ txn }) => txn.body.type);
        expect(applied).toEqual(story.paths.map(() => "changes"));
        expect(story.rig.requests.count).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
