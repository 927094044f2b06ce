import { optionsOf, type Row, type RowResult, runTables, tokenize } from "@meerkat/datadriven";
import type { OperationResult, TxnResult } from "../src/apply-sink.ts";
import { DataTree } from "../src/data-tree.ts";
import type { DataTreeOptions } from "../src/data-tree-options.ts";
import { parentOf } from "../src/path.ts";
import { reapCandidates } from "../src/reaper.ts";
import type { Operation } from "../src/request.ts";
import type { Stat } from "../src/stat.ts";
import { prepare } from "../src/txn/prepare/prepare.ts";
import {
  codeName,
  dataText,
  idOf,
  parseCondition,
  parseItem,
  zxidText,
} from "./harness/table-language.ts";

const ITEMS = ["create", "delete", "set", "setAcl", "check"];

/** One table: a leader that prepares each row and a follower whose answer is what the row says. */
class TableRun {
  #leader = new DataTree();
  #follower = new DataTree();
  #zxid = 0x1_0000_0000;
  #time = 1000;
  readonly #sessions = new Map<string, number>();
  readonly #events: string[] = [];

  handle(row: Row): RowResult {
    const { name, args } = row;
    if (ITEMS.includes(name)) return this.#single(row);
    switch (name) {
      case "options":
        return this.#restart(optionsOf(args));
      case "time":
        this.#time += Number(args[0]);
        return undefined;
      case "multi":
        return this.#answer({ type: "multi", operations: itemsOf(args) }, args);
      case "if":
        return this.#conditional(args);
      case "session":
        return this.#createSession(args);
      case "attach":
        return this.#attachSession(args);
      case "close":
        return this.#answer({ type: "closeSession", session: this.#session(args[0] ?? "") }, args);
      case "reap":
        return this.#answer({ type: "deleteContainer", path: args[0] ?? "" }, args);
      case "due":
        return [reapCandidates(this.#leader, this.#time, 100).join(" ") || "none"];
      default:
        return this.#look(row);
    }
  }

  #restart(options: ReadonlyMap<string, string>): undefined {
    const chosen = Object.fromEntries([...options].map(([key, value]) => [key, JSON.parse(value)]));
    this.#leader = new DataTree(chosen as Partial<DataTreeOptions>);
    this.#follower = new DataTree(chosen as Partial<DataTreeOptions>);
    return undefined;
  }

  #look({ name, args: [path = ""] }: Row): RowResult {
    const tree = this.#follower;
    switch (name) {
      case "stat":
        return [describeStat(tree.stat(path))];
      case "data":
        return [dataText(tree.getData(path)?.data ?? null)];
      case "ls":
        return [tree.getChildren(path)?.children.join(" ") || "none"];
      case "ephemerals":
        return [tree.ephemerals(this.#session(path)).join(" ") || "none"];
      case "events":
        return [this.#events.join(" ") || "none"];
      default:
        throw new Error(`there is no command ${name}`);
    }
  }

  /** Beside the result, the numbers that the operation moves: of the parent, or of the node. */
  #single({ name, args }: Row): RowResult {
    const [outcome = "", ...rest] = this.#answer(parseItem([name, ...args]) as Operation, args);
    const path = args[0] ?? "";
    if (name === "create" || name === "delete") {
      const stat = this.#follower.stat(parentOf(path));
      return [outcome, ...rest, String(stat?.cversion ?? "-"), zxidText(stat?.pzxid ?? 0)];
    }
    const stat = this.#follower.stat(path);
    if (name === "set") return [outcome, String(stat?.version ?? "-"), zxidText(stat?.mzxid ?? 0)];
    return name === "setAcl" ? [outcome, String(stat?.aversion ?? "-")] : [outcome];
  }

  #conditional(args: readonly string[]): RowResult {
    const [otherwise, yes] = [args.indexOf("else"), args.indexOf("then")];
    const end = otherwise < 0 ? args.length : otherwise;
    const isOption = (word: string) => /^(as|session)=/.test(word);
    const conditions = args.slice(0, yes).filter((word) => !isOption(word));
    return this.#answer(
      {
        type: "conditional",
        conditions: conditions.map(parseCondition),
        // biome-ignore lint/suspicious/noThenProperty: a list of operations, not a function.
        then: itemsOf(args.slice(yes + 1, end)),
        else: itemsOf(args.slice(end + 1)),
      },
      args,
    );
  }

  #createSession(args: readonly string[]): RowResult {
    const [name = "", timeout = ""] = args;
    const password = optionsOf(args).get("password") ?? "0123456789abcdef";
    const owned = args.includes("owned") ? { owned: true } : {};
    const timeoutMs = Number(timeout);
    const operation = { type: "createSession", timeoutMs, password, ...owned } as const;
    const answer = this.#answer(operation, args);
    if (answer[0] === "OK") this.#sessions.set(name, this.#zxid);
    return answer;
  }

  #attachSession(args: readonly string[]): RowResult {
    const [name = "", timeout = ""] = args;
    const password = optionsOf(args).get("password") ?? "0123456789abcdef";
    const [session, timeoutMs] = [this.#session(name), Number(timeout)];
    return this.#answer({ type: "attachSession", session, timeoutMs, password }, args);
  }

  #session(name: string): number {
    return this.#sessions.get(name) ?? 999;
  }

  /** Runs the request on both trees; they must be equal afterwards. */
  #answer(operation: Operation, args: readonly string[]): readonly string[] {
    const options = optionsOf(args);
    const [user, session, key] = ["as", "session", "key"].map((name) => options.get(name));
    const [id = "", fingerprint = ""] = (key ?? "").split("/");
    this.#zxid += 1;
    const txn = prepare(
      this.#leader,
      {
        origin: { gateway: Number(options.get("by") ?? 1), number: 1 },
        session: session === undefined ? 0 : this.#session(session),
        credentials: user === undefined ? [] : [idOf(user)],
        operation,
        ...(key !== undefined && { key: { key: id, fingerprint } }),
      },
      { zxid: this.#zxid, time: this.#time },
    );
    let answer: TxnResult | undefined;
    this.#events.length = 0;
    this.#follower.apply(txn, this.#zxid, {
      wantsResult: () => true,
      onResult: (_number, result) => {
        answer = result;
      },
      onEvent: (type, path) => this.#events.push(`${EVENTS[type]}(${path})`),
      onSessionClosed: () => this.#events.push("closed"),
      onSessionAttached: (_session, owner) => this.#events.push(`attached to ${owner}`),
    });
    if (this.#follower.digestHex !== this.#leader.digestHex) throw new Error("the trees differ");
    if (answer === undefined) throw new Error("no answer");
    return [describeResult(answer, args[0] ?? "")];
  }
}

const EVENTS = ["", "Created", "Deleted", "DataChanged", "ChildrenChanged"];

/** The quoted words of a multi; the others are options of the whole. */
function itemsOf(args: readonly string[]) {
  return args.filter((text) => text.includes(" ")).map((text) => parseItem(tokenize(text)));
}

function describeResult(result: TxnResult, asked: string): string {
  if (result.type === "session") return "OK";
  const branch = result.branch === undefined ? "" : `${result.branch}: `;
  if (result.type === "error") {
    const place = result.multi ? ` at ${result.opIndex} ${result.path}` : "";
    return `${branch}${codeName(result.code)}${place}`;
  }
  const parts = result.results.map((one) => describeOne(one, asked));
  return `${branch}OK ${parts.join(", ")}`.trim();
}

function describeOne(one: OperationResult, asked: string): string {
  if (one.type === "check") return "held";
  const path = one.path === asked ? "" : one.path;
  if (one.type === "create" && !one.created) return `exists ${path}`.trim();
  if (one.type === "get") return `${path}=${dataText(one.data)}`;
  if (one.type === "children") return `${path}:[${one.children.join(" ")}]`;
  return path;
}

/** What is 0 is left out, and what is still as it was at the creation. */
function describeStat(stat: Stat | undefined): string {
  if (stat === undefined) return "none";
  const { czxid, mzxid, pzxid, ephemeralOwner, ctime, mtime, ...counts } = stat;
  const words = Object.entries(counts).filter(([, count]) => count !== 0);
  const moved = Object.entries({ mzxid, pzxid }).filter(([, zxid]) => zxid !== czxid);
  const owner = ephemeralOwner === 0 ? "" : `ephemeralOwner=${zxidText(ephemeralOwner)}`;
  return [
    `czxid=${zxidText(czxid)}`,
    ...moved.map(([name, zxid]) => `${name}=${zxidText(zxid)}`),
    owner,
    mtime === ctime ? "" : `mtime=+${mtime - ctime}`,
    ...words.map(([name, count]) => `${name}=${count}`),
  ]
    .filter((word) => word !== "")
    .join(" ");
}

runTables(`${import.meta.dirname}/tables/txn`, () => {
  const run = new TableRun();
  return (row) => run.handle(row);
});
