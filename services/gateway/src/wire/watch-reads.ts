import { type JuteReader, MarshallingError, OpCode } from "@meerkat/jute";
import { catchUp, ResultCode, type SetWatches, WatcherType, WatchKind } from "@meerkat/tree";
import type { Deed, Read } from "./reads.ts";

const { OK, MARSHALLINGERROR, NOWATCHER } = ResultCode;
const USTRING_BYTES_MIN = 4;

const ADD_WATCH_KINDS: readonly WatchKind[] = [
  WatchKind.PERSISTENT,
  WatchKind.PERSISTENT_RECURSIVE,
];
const WATCHER_TYPES: ReadonlySet<number> = new Set(Object.values(WatcherType));

/** Neither the node nor the permission is looked at: what may not be seen fires no event. */
export const addWatch: Read = ({ desk, watcher }, reader, reply) => {
  const path = reader.readString();
  const kind = ADD_WATCH_KINDS[reader.readInt()];
  if (kind === undefined) return MARSHALLINGERROR;
  desk.add(path, watcher, kind);
  reply.writeInt(OK);
  return OK;
};

const removeWatches: Deed = ({ desk, watcher }, reader) => {
  const path = reader.readUstring() ?? "";
  return desk.remove(path, watcher, readWatcherType(reader)) ? OK : NOWATCHER;
};

const checkWatches: Deed = ({ desk, watcher }, reader) => {
  const path = reader.readString();
  return desk.has(path, watcher, readWatcherType(reader)) ? OK : NOWATCHER;
};

/** What the client missed is sent before the reply, without asking for permission. */
function setWatches(hasPersistent: boolean): Deed {
  return ({ tree, desk, watcher }, reader) => {
    const relativeZxid = reader.readNearestLong();
    const [data, exist, child] = [readPaths(reader), readPaths(reader), readPaths(reader)];
    const persistent = hasPersistent ? readPaths(reader) : [];
    const persistentRecursive = hasPersistent ? readPaths(reader) : [];
    const request: SetWatches = {
      relativeZxid,
      data,
      exist,
      child,
      persistent,
      persistentRecursive,
    };
    const { events, watches } = catchUp(request, (path) => tree.find(path));
    for (const event of events) desk.tell(watcher, event);
    for (const { path, kind } of watches) desk.add(path, watcher, kind);
    return OK;
  };
}

/** Answers without a body. What they tell the watcher stands before the answer. */
export const WATCH_DEEDS: Readonly<Partial<Record<number, Deed>>> = {
  [OpCode.removeWatches]: removeWatches,
  [OpCode.checkWatches]: checkWatches,
  [OpCode.setWatches]: setWatches(false),
  [OpCode.setWatches2]: setWatches(true),
};

function readWatcherType(reader: JuteReader): WatcherType {
  const type = reader.readInt();
  if (!WATCHER_TYPES.has(type)) throw new MarshallingError(`watcher type ${type} does not exist`);
  return type as WatcherType;
}

function readPaths(reader: JuteReader): readonly string[] {
  const count = reader.readVectorLength(USTRING_BYTES_MIN);
  if (count < 0) throw new MarshallingError("null in place of a list of paths");
  const paths: string[] = [];
  for (let i = 0; i < count; i += 1) paths.push(reader.readString());
  return paths;
}
