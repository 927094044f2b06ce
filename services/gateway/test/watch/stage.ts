import type { Id } from "@meerkat/tree";
import { type ChangeType, DataTree, OPEN_ACL_UNSAFE, type ReadonlyZnode } from "@meerkat/tree";
import { type EventId, formatEventId } from "@meerkat/watch-events";
import type { History } from "../../src/watch/history.ts";
import { DEFAULT_WATCH_LIMITS, type WatchLimits } from "../../src/watch/limits.ts";
import type { Outlet } from "../../src/watch/subscriber.ts";
import { WatchFeed } from "../../src/watch/watch-feed.ts";

/** A client that takes what it is sent when the test says so. */
export class TestOutlet implements Outlet {
  text = "";
  unsentBytes = 0;
  isEnded = false;
  isDestroyed = false;
  #taken: (() => void) | undefined = undefined;

  write(frames: readonly Uint8Array[], taken: () => void): void {
    if (this.#taken !== undefined)
      throw new Error("written to before it had taken what came before");
    for (const frame of frames) {
      this.text += Buffer.from(frame).toString();
      this.unsentBytes += frame.length;
    }
    this.#taken = taken;
  }

  take(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    this.unsentBytes = 0;
    taken?.();
  }

  end(last: Uint8Array): void {
    this.text += Buffer.from(last).toString();
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  /** Ids of the events so far. */
  get ids(): string[] {
    return [...this.text.matchAll(/^id: (.*)\nevent: Node/gm)].map(([, id]) => id ?? "");
  }

  get lastId(): string {
    return [...this.text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? "";
  }
}

/** A feed whose tree, clock and event loop are the test's. */
export class Stage {
  tree = new DataTree();
  readonly feed: WatchFeed;
  readonly outlets: TestOutlet[] = [];
  #later: (() => void)[] = [];
  #nowMs = 0;
  /** So much later at each look at the clock. */
  msPerLook = 0;

  constructor(limits: Partial<WatchLimits> = {}, history?: History) {
    this.feed = new WatchFeed({
      limits: { ...DEFAULT_WATCH_LIMITS, recentChangesMax: 64, ...limits },
      tree: () => this.tree,
      ...(history !== undefined && { history }),
      nowMs: () => {
        this.#nowMs += this.msPerLook;
        return this.#nowMs;
      },
      later: (action) => void this.#later.push(action),
    });
  }

  change(path: string, zxid: number, type: ChangeType = "NodeDataChanged", data = "x"): void {
    this.feed.onChange(type, path, nodeWith(data), { zxid, time: zxid * 1000, session: 0 });
  }

  /** A sound txn that changes these paths. */
  txn(zxid: number, ...paths: string[]): void {
    for (const path of paths) this.change(path, zxid);
    this.feed.onSettled(zxid);
  }

  watch(
    path: string,
    options: { recursive?: boolean; after?: EventId; credentials?: readonly Id[] } = {},
  ): TestOutlet {
    const { recursive = false, after, credentials = [] } = options;
    const outlet = new TestOutlet();
    this.feed.subscribe(
      { scope: { path, recursive }, credentials, wantsData: true, after },
      outlet,
    );
    this.outlets.push(outlet);
    return outlet;
  }

  /** One turn of the event loop. */
  turn(): void {
    for (const action of this.#later.splice(0)) action();
  }

  /** Until nobody has anything left to do; everybody takes what comes. */
  settle(): void {
    for (let turn = 0; turn < 10_000; turn += 1) {
      const hadWork = this.#later.length > 0;
      this.turn();
      for (const outlet of this.outlets) outlet.take();
      if (!hadWork && this.#later.length === 0) return;
    }
    throw new Error("it never comes to rest");
  }
}

export function idText(zxid: number, index = 0): string {
  return formatEventId({ zxid, index });
}

function nodeWith(data: string): ReadonlyZnode {
  const tree = new DataTree();
  const root = tree.find("/");
  if (root === undefined) throw new Error("a tree without a root");
  const acl = { list: OPEN_ACL_UNSAFE, key: "", hash: 0, references: 1 };
  return { ...plain(root), data, acl };
}

function plain(node: ReadonlyZnode): ReadonlyZnode {
  const { data, acl, kind, ephemeralOwner, ttlMs, czxid, mzxid, pzxid } = node;
  const { ctime, mtime, version, aversion, creations, cversion, childNames } = node;
  return {
    ...{ data, acl, kind, ephemeralOwner, ttlMs, czxid, mzxid, pzxid },
    ...{ ctime, mtime, version, aversion, creations, cversion, childNames },
  };
}
