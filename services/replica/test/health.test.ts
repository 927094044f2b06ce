import type { Epoch, PeerStatus } from "@meerkat/zab";
import { expect, it } from "vitest";
import { healthOf } from "../src/health.ts";

const LEADING = {
  serverState: "LEADING",
  zabState: "BROADCAST",
  epoch: 7 as Epoch,
  established: true,
  reason: "a quorum follows",
} as PeerStatus;

const HEALTHY = "LEADING BROADCAST in epoch 7: a quorum follows";

it("is well as a part of an established epoch", () => {
  expect(healthOf(undefined, undefined)).toEqual({ ok: false, detail: "starting" });
  expect(healthOf(LEADING, undefined)).toEqual({ ok: true, detail: HEALTHY });
  expect(healthOf({ ...LEADING, established: false }, undefined).ok).toBe(false);
});

it("says that watch events are not kept, and is well all the same", () => {
  const sentence = "no NATS server here has JetStream enabled";
  expect(healthOf(LEADING, { state: "publishing", sentence }).detail).toBe(HEALTHY);
  expect(healthOf(LEADING, { state: "unavailable", sentence })).toEqual({
    ok: true,
    detail: `${HEALTHY}; watch events are not kept: ${sentence}`,
  });
});
