import { resolve } from "node:path";
import type { Launch } from "./clients/client.ts";
import { LockClient, type LockEvent } from "./lock-client.ts";
import { connectString, type Target } from "./targets/target.ts";

const PROGRAM = resolve(import.meta.dirname, "../drivers/kazoo/lock_client.py");
const ROOT = "/lock-failover";

/** The shortest that ZooKeeper grants with its default tick. */
export const LOCK_SESSION_TIMEOUT_MS = 4_000;
/** Sessions expire in buckets of a tick, and a follower reports half a tick late that it heard of one. */
const TICK_MS = 2_000;
/** From the last write to its answer, and from the event to the next holder's word. */
const SLACK_MS = 1_000;

export const HANDOVER_MS = {
  min: LOCK_SESSION_TIMEOUT_MS - SLACK_MS,
  max: LOCK_SESSION_TIMEOUT_MS + TICK_MS + TICK_MS / 2 + SLACK_MS,
};

export interface LockReport {
  /** From the death of the holder to the waiter's having the lock. */
  readonly handoverMs: number;
  /** How long the holder could not write when the leader died, and when its server did. */
  readonly leaderPauseMs: number;
  readonly serverPauseMs: number;
  /** Everything that must not be. */
  readonly wrong: readonly string[];
}

/**
 * A client of one server holds a lock, one of another waits for it; the leader dies, then the holder's server, then the
 * holder.
 */
export async function lockFailover(target: Target, kazoo: Launch): Promise<LockReport> {
  const [first = 0, second = 0] = await target.portsBesideLeader();
  const start = (name: string, port: number): LockClient => {
    // Its own server first; then whichever answers.
    const others = connectString(target.ports).split(",");
    const own = `127.0.0.1:${port}`;
    const hosts = [own, ...others.filter((host) => host !== own)].join(",");
    const launch = { ...kazoo, args: [...kazoo.args.slice(0, -1), PROGRAM] };
    const args = [hosts, ROOT, name, String(LOCK_SESSION_TIMEOUT_MS / 1000)];
    return new LockClient(name, launch, args);
  };
  const holder = start("holder", first);
  const waiter = await holder.next("wrote").then(() => start("waiter", second));
  try {
    await waiter.next("waits");
    const leaderPauseMs = await pauseOf(holder, async () => {
      await target.killLeader();
    });
    await target.startLeader();
    const port = (await holder.next("wrote", Date.now())).port ?? 0;
    const serverPauseMs = await pauseOf(holder, () => target.kill(port));
    await target.start(port);
    await holder.next("wrote", Date.now());
    const killedAtMs = holder.kill();
    const acquired = await waiter.next("acquired");
    await waiter.next("wrote");
    return {
      handoverMs: Math.round(acquired.atMs - killedAtMs),
      leaderPauseMs,
      serverPauseMs,
      wrong: whatIsWrong(holder, waiter, killedAtMs, acquired),
    };
  } finally {
    holder.kill();
    waiter.kill();
  }
}

/** The longest time without a write between the last one before and the first one after. */
async function pauseOf(holder: LockClient, hurt: () => Promise<void>): Promise<number> {
  const last = holder.of("wrote").at(-1)?.atMs ?? 0;
  await hurt();
  const next = await holder.next("wrote", Math.max(last, Date.now()));
  const times = holder.of("wrote").map(({ atMs }) => atMs);
  const since = times.filter((atMs) => atMs >= last && atMs <= next.atMs);
  return Math.round(Math.max(...since.slice(1).map((atMs, i) => atMs - (since[i] ?? atMs))));
}

function whatIsWrong(
  holder: LockClient,
  waiter: LockClient,
  killedAtMs: number,
  acquired: LockEvent,
): string[] {
  const versions = (client: LockClient): number[] =>
    client.of("wrote").map(({ version = Number.NaN }) => version);
  const last = Math.max(...versions(holder));
  const first = Math.min(...versions(waiter));
  const handoverMs = acquired.atMs - killedAtMs;
  const claims: readonly (readonly [boolean, string])[] = [
    [acquired.atMs > killedAtMs, "the waiter had the lock while the holder lived"],
    [first > last, `the waiter wrote version ${first} of the fence, the holder ${last} after it`],
    [holder.of("refused").length === 0, "the holder lost its node while it lived"],
    [waiter.of("refused").length === 0, "the waiter lost its node"],
    [handoverMs >= HANDOVER_MS.min, `handed over before the session could expire: ${handoverMs}`],
    [handoverMs <= HANDOVER_MS.max, `handed over later than ZooKeeper would: ${handoverMs}`],
  ];
  return claims.flatMap(([holds, claim]) => (holds ? [] : [claim]));
}
