import { DATA_TABLE_KINDS, type WatcherId } from "@meerkat/tree";
import { ClientSession } from "../client-session.ts";
import { type Facts, hexOf } from "./facts.ts";

/** All three show ZooKeeper's table of data watches only. */
export function wchs({ desk }: Facts): string {
  const watchers = new Set<WatcherId>();
  let [paths, total] = [0, 0];
  for (const watched of desk.table.watchedPaths(DATA_TABLE_KINDS)) {
    paths += 1;
    total += watched.watchers.length;
    for (const watcher of watched.watchers) watchers.add(watcher);
  }
  return `${watchers.size} connections watching ${paths} paths\nTotal watches:${total}\n`;
}

export function wchp(facts: Facts): string {
  const sessions = sessionsByWatcher(facts);
  let text = "";
  for (const { path, watchers } of facts.desk.table.watchedPaths(DATA_TABLE_KINDS)) {
    text += `${path}\n`;
    for (const watcher of watchers) text += `\t${sessions.get(watcher) ?? "0x0"}\n`;
  }
  return `${text}\n`;
}

export function wchc(facts: Facts): string {
  const paths = new Map<WatcherId, string[]>();
  for (const { path, watchers } of facts.desk.table.watchedPaths(DATA_TABLE_KINDS)) {
    for (const watcher of watchers) {
      const known = paths.get(watcher);
      if (known === undefined) paths.set(watcher, [path]);
      else known.push(path);
    }
  }
  const sessions = sessionsByWatcher(facts);
  let text = "";
  for (const [watcher, theirs] of paths) {
    text += `${sessions.get(watcher) ?? "0x0"}\n`;
    for (const path of theirs) text += `\t${path}\n`;
  }
  return `${text}\n`;
}

function sessionsByWatcher({ connections }: Facts): ReadonlyMap<WatcherId, string> {
  const sessions = new Map<WatcherId, string>();
  for (const { stage } of connections()) {
    if (stage instanceof ClientSession) sessions.set(stage.watcher, hexOf(stage.session));
  }
  return sessions;
}
