import { isAtOrBelow } from "../path.ts";
import { formatUsage, NO_LIMITS, parseLimits, type QuotaLimits, type Usage } from "./quota-text.ts";

const QUOTA_PREFIX = "/zookeeper/quota/";
const LIMITS_NAME = "/zookeeper_limits";
const STATS_NAME = "/zookeeper_stats";

/** A change that goes, or would go, over a limit. */
export interface QuotaBreach {
  readonly root: string;
  readonly of: "count" | "bytes";
  readonly limit: number;
  readonly value: number;
  /** Hard limits are QUOTAEXCEEDED where quotas are enforced, all others are only reported. */
  readonly hard: boolean;
}

export interface QuotaReport {
  readonly root: string;
  readonly usage: Usage;
  readonly limits: QuotaLimits;
}

/** What the table asks of the tree that it counts. */
export interface QuotaHost {
  /** Walks the subtree; zeros for a path that does not exist. */
  usageOf(root: string): Usage;
  /** Replaces the data of a statistics node in place: no version, no zxid, no event. */
  writeStats(path: string, text: string): void;
}

interface QuotaRoot {
  readonly statsPath: string;
  hasLimits: boolean;
  hasStats: boolean;
  limits: QuotaLimits;
  count: number;
  bytes: number;
}

/**
 * The quotas of a tree. A path is a quota root while it has a limits or a statistics node below
 * /zookeeper/quota; every root counts everything at and below itself, and keeps the text of its
 * statistics node. There is no quota for `/`, nor for /zookeeper and what is below it.
 *
 * Usage and text are always a function of the tree as it is, never of the way it came about: so they are
 * the same after a rollback, and after a snapshot with the log replayed over it. For that the tree calls
 * `nodeCreated`, `nodeDeleted` and `dataChanged` behind each real change (also when it loads a snapshot or
 * goes back in its journal), and never for one that changed nothing.
 *
 * Two departures from ZooKeeper: it adds a change to the deepest root only, although it starts each
 * root with the whole subtree (its shell refuses nested quotas); and it stops counting without limits.
 */
export class QuotaTable {
  /** By path. Roots are few and paths are shallow, so a lookup per ancestor is all it takes. */
  readonly #roots = new Map<string, QuotaRoot>();
  readonly #host: QuotaHost;

  constructor(host: QuotaHost) {
    this.#host = host;
  }

  nodeCreated(path: string, data: string | null): void {
    if (this.#roots.size > 0) this.#add(path, 1, lengthOf(data));
    if (path.startsWith(QUOTA_PREFIX)) this.#quotaNodeWritten(path, data);
  }

  nodeDeleted(path: string, data: string | null): void {
    if (this.#roots.size > 0) this.#add(path, -1, -lengthOf(data));
    if (path.startsWith(QUOTA_PREFIX)) this.#quotaNodeDeleted(path);
  }

  dataChanged(path: string, before: string | null, after: string | null): void {
    const bytes = lengthOf(after) - lengthOf(before);
    if (this.#roots.size > 0 && bytes !== 0) this.#add(path, 0, bytes);
    if (path.startsWith(QUOTA_PREFIX)) this.#quotaNodeWritten(path, after);
  }

  /** The first hard limit that the change would break, otherwise the first soft one. */
  check(path: string, countDelta: number, bytesDelta: number): QuotaBreach | undefined {
    if (this.#roots.size === 0) return undefined;
    let softBreach: QuotaBreach | undefined;
    forEachAncestor(path, (root) => {
      const quota = this.#roots.get(root);
      if (quota === undefined || softBreach?.hard === true) return;
      const breach = breachOf(root, quota, countDelta, bytesDelta);
      if (softBreach === undefined || breach?.hard === true) softBreach = breach;
    });
    return softBreach;
  }

  /** Every root with what it holds and may hold, for logs and metrics. */
  report(): QuotaReport[] {
    return Array.from(this.#roots, ([root, { limits, count, bytes }]) => ({
      root,
      usage: { count, bytes },
      limits,
    }));
  }

  #add(path: string, count: number, bytes: number): void {
    forEachAncestor(path, (root) => {
      const quota = this.#roots.get(root);
      if (quota === undefined) return;
      quota.count += count;
      quota.bytes += bytes;
      if (quota.hasStats) this.#host.writeStats(quota.statsPath, formatUsage(quota));
    });
  }

  #quotaNodeWritten(path: string, data: string | null): void {
    if (path.endsWith(LIMITS_NAME)) {
      const quota = this.#open(rootOf(path, LIMITS_NAME));
      if (quota === undefined) return;
      quota.hasLimits = true;
      quota.limits = parseLimits(data);
    } else if (path.endsWith(STATS_NAME)) {
      const quota = this.#open(rootOf(path, STATS_NAME));
      if (quota === undefined) return;
      quota.hasStats = true;
      this.#host.writeStats(path, formatUsage(quota));
    }
  }

  #quotaNodeDeleted(path: string): void {
    const isLimits = path.endsWith(LIMITS_NAME);
    if (!isLimits && !path.endsWith(STATS_NAME)) return;
    const root = rootOf(path, isLimits ? LIMITS_NAME : STATS_NAME);
    const quota = this.#roots.get(root);
    if (quota === undefined) return;
    if (isLimits) {
      quota.hasLimits = false;
      quota.limits = NO_LIMITS;
    } else {
      quota.hasStats = false;
    }
    if (!quota.hasLimits && !quota.hasStats) this.#roots.delete(root);
  }

  #open(root: string): QuotaRoot | undefined {
    if (root === "" || isAtOrBelow(root, "/zookeeper")) return undefined;
    const known = this.#roots.get(root);
    if (known !== undefined) return known;
    const opened = {
      statsPath: `/zookeeper/quota${root}${STATS_NAME}`,
      hasLimits: false,
      hasStats: false,
      limits: NO_LIMITS,
      ...this.#host.usageOf(root),
    };
    this.#roots.set(root, opened);
    return opened;
  }
}

function breachOf(
  root: string,
  quota: QuotaRoot,
  countDelta: number,
  bytesDelta: number,
): QuotaBreach | undefined {
  const { limits } = quota;
  const count =
    countDelta > 0
      ? breach(root, "count", quota.count + countDelta, limits.count, limits.countHardLimit)
      : undefined;
  if (count?.hard === true) return count;
  const bytes =
    bytesDelta !== 0
      ? breach(root, "bytes", quota.bytes + bytesDelta, limits.bytes, limits.byteHardLimit)
      : undefined;
  return bytes?.hard === true ? bytes : (count ?? bytes);
}

/** A hard limit stands in for the soft one. */
function breach(
  root: string,
  of: "count" | "bytes",
  value: number,
  softLimit: number,
  hardLimit: number,
): QuotaBreach | undefined {
  const hard = hardLimit >= 0;
  const limit = hard ? hardLimit : softLimit;
  return limit >= 0 && value > limit ? { root, of, limit, value, hard } : undefined;
}

/** From the top down to the path itself, without `/`. */
function forEachAncestor(path: string, visit: (ancestor: string) => void): void {
  for (let at = path.indexOf("/", 1); at >= 0; at = path.indexOf("/", at + 1)) {
    visit(path.slice(0, at));
  }
  visit(path);
}

function rootOf(path: string, name: string): string {
  return path.slice(QUOTA_PREFIX.length - 1, -name.length);
}

function lengthOf(data: string | null): number {
  return data === null ? 0 : data.length;
}
