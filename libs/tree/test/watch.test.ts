import { type Command, runScripts } from "@meerkat/datadriven";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventType } from "../src/apply-sink.ts";
import { catchUp } from "../src/watch/catch-up.ts";
import { DATA_TABLE_KINDS, WatcherType, WatchKind } from "../src/watch/watch-kind.ts";
import { WatchTable } from "../src/watch/watch-table.ts";
import { NaiveWatches } from "./model/naive-watches.ts";

const KINDS: ReadonlyMap<string, WatchKind> = new Map([
  ["data", WatchKind.DATA],
  ["child", WatchKind.CHILD],
  ["persistent", WatchKind.PERSISTENT],
  ["recursive", WatchKind.PERSISTENT_RECURSIVE],
]);
const TYPES: ReadonlyMap<string, WatcherType> = new Map([
  ["children", WatcherType.CHILDREN],
  ["data", WatcherType.DATA],
  ["any", WatcherType.ANY],
  ["persistent", WatcherType.PERSISTENT],
  ["recursive", WatcherType.PERSISTENT_RECURSIVE],
]);
const EVENTS: ReadonlyMap<string, EventType> = new Map([
  ["created", EventType.NodeCreated],
  ["deleted", EventType.NodeDeleted],
  ["changed", EventType.NodeDataChanged],
  ["children", EventType.NodeChildrenChanged],
]);

function from<T>(table: ReadonlyMap<string, T>, name: string | undefined): T {
  const found = table.get(name ?? "");
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function nameOfKinds(kinds: number): string {
  return [...KINDS].flatMap(([name, kind]) => ((kinds & kind) === 0 ? [] : [name])).join(" ");
}

/** One line of a script about a watch table. */
class WatchScript {
  readonly table = new WatchTable();
  deaf: readonly number[] = [];

  run(line: string): string | undefined {
    const [name = "", ...args] = line.split(" ");
    const [first, second, path = ""] = args;
    const watcher = Number(first);
    switch (name) {
      case "watch":
        this.table.add(path, watcher, from(KINDS, second));
        return undefined;
      case "has":
        return this.table.has(path, watcher, from(TYPES, second)) ? "yes" : "no";
      case "remove":
        return this.table.remove(path, watcher, from(TYPES, second)) ? "removed" : "no";
      case "gone":
        this.table.removeWatcher(watcher);
        return undefined;
      case "deaf":
        this.deaf = args.map(Number);
        return undefined;
      case "left": {
        const kinds = (at: string) => nameOfKinds(this.table.kindsAt(at, watcher));
        const left = this.table.pathsOf(watcher).map((at) => `left ${at}: ${kinds(at)}`);
        return left.join("; ") || "left nothing";
      }
      case "counts": {
        const { watchCount, pathCount, watcherCount } = this.table;
        return `${watcherCount} watchers, ${pathCount} paths, ${watchCount} watches`;
      }
      default: {
        const change = { type: from(EVENTS, name), path: first ?? "" };
        const told = this.table.trigger(change, (who) => !this.deaf.includes(who));
        return `${name} ${first}: ${told.join(" ") || "nobody"}`;
      }
    }
  }
}

function runCatchUp(command: Command, nodes: Map<string, { mzxid: number; pzxid: number }>) {
  const { options, args } = command;
  const list = (name: string) => options.get(name)?.split(",") ?? [];
  const result = catchUp(
    {
      relativeZxid: Number(args[0]),
      data: list("data"),
      exist: list("exist"),
      child: list("child"),
      persistent: list("persistent"),
      persistentRecursive: list("recursive"),
    },
    (path) => nodes.get(path),
  );
  const names = new Map(Array.from(EVENTS, ([name, type]) => [type, name]));
  return [
    ...result.events.map(({ type, path }) => `told ${names.get(type)} ${path}`),
    ...result.watches.map(({ path, kind }) => `watches ${nameOfKinds(kind)} ${path}`),
  ].join("\n");
}

runScripts(`${import.meta.dirname}/scripts/watch`, () => {
  const script = new WatchScript();
  const nodes = new Map<string, { mzxid: number; pzxid: number }>();
  return (command) => {
    const lines = [`${command.name} ${command.rest}`, ...command.body].map((line) => line.trim());
    if (command.name === "set") return runCatchUp(command, nodes);
    if (command.name === "node") {
      for (const line of lines) {
        const match = /^node (\S+) mzxid=(\d+) pzxid=(\d+)$/.exec(line);
        if (match === null) continue;
        nodes.set(match[1] ?? "", { mzxid: Number(match[2]), pzxid: Number(match[3]) });
      }
      return `${nodes.size} nodes`;
    }
    return lines.flatMap((line) => script.run(line) ?? []).join("\n");
  };
});

const anyPath = fc.constantFrom("/", "/a", "/a/b", "/a/b/c", "/ab", "/d");
const anyWatcher = fc.integer({ min: 1, max: 4 });
const anyStep = fc.oneof(
  fc.record({
    do: fc.constant("add" as const),
    path: anyPath,
    watcher: anyWatcher,
    kind: fc.constantFrom(...KINDS.values()),
  }),
  fc.record({
    do: fc.constant("remove" as const),
    path: anyPath,
    watcher: anyWatcher,
    type: fc.constantFrom(...TYPES.values()),
  }),
  fc.record({
    do: fc.constant("trigger" as const),
    path: anyPath,
    type: fc.constantFrom(...EVENTS.values()),
  }),
  fc.record({ do: fc.constant("gone" as const), watcher: anyWatcher }),
);

test("the table does what a plain list of watches does", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
      const table = new WatchTable();
      const naive = new NaiveWatches();
      for (const step of steps) {
        if (step.do === "add") {
          table.add(step.path, step.watcher, step.kind);
          naive.add(step.path, step.watcher, step.kind);
        } else if (step.do === "remove") {
          const expected = naive.remove(step.path, step.watcher, step.type);
          expect(table.has(step.path, step.watcher, step.type)).toBe(expected);
          expect(table.remove(step.path, step.watcher, step.type)).toBe(expected);
        } else if (step.do === "gone") {
          table.removeWatcher(step.watcher);
          naive.removeWatcher(step.watcher);
        } else {
          const told = table.trigger(step);
          expect(told.toSorted()).toEqual(naive.trigger(step.type, step.path));
          expect(new Set(told).size).toBe(told.length);
        }
        const { watchCount, pathCount, watcherCount } = table;
        expect({ watchCount, pathCount, watcherCount }).toEqual(naive.counts());
        expect([...table.watchedPaths(DATA_TABLE_KINDS)].length).toBe(naive.dataPathCount());
      }
    }),
    { numRuns: 500 },
  );
});
