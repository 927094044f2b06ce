import { childPath, type DataTree, type Id, ResultCode, type Stat } from "@meerkat/tree";
import { statBody } from "./convert/stat-body.ts";
import { fieldsOfData } from "./convert/znode-data.ts";
import type { ChildEntry } from "./schemas/znode.ts";
import { mayRead, missing, type Refused, refused } from "./tree-view.ts";

export interface PageRequest {
  /** What to tell of each child: its name, also its stat, also its data. */
  readonly detail: "true" | "stat" | "data";
  readonly after: string | undefined;
  readonly limit: number;
  /** The page ends behind the child whose data goes over this. */
  readonly dataBytesMax: number;
}

export interface ChildrenLook {
  readonly type: "ok";
  readonly zxid: number;
  readonly children: readonly string[] | readonly ChildEntry[];
  readonly stat: Stat;
  /** Name of the page's last child when there are more behind it. */
  readonly after: string | undefined;
}

/** One page of a znode's children in the order of their names, for those who have READ on it. */
export function lookAtChildren(
  tree: DataTree,
  path: string,
  request: PageRequest,
  credentials: readonly Id[],
): ChildrenLook | Refused {
  if (!tree.has(path)) return missing(tree, path);
  if (!mayRead(tree, path, credentials)) return refused(tree, path, ResultCode.NOAUTH);
  const { after, limit, detail } = request;
  const page = tree.getChildren(path, after === undefined ? { limit } : { limit, after });
  if (page === undefined) return missing(tree, path);
  const found = { type: "ok", zxid: tree.lastZxid, stat: page.stat } as const;
  if (detail === "true") return { ...found, children: page.children, after: page.after };
  const children = entriesOf(tree, path, page.children, request, credentials);
  const wasCut = children.length < page.children.length;
  return { ...found, children, after: wasCut ? children.at(-1)?.name : page.after };
}

function entriesOf(
  tree: DataTree,
  path: string,
  names: readonly string[],
  { detail, dataBytesMax }: PageRequest,
  credentials: readonly Id[],
): ChildEntry[] {
  const entries: ChildEntry[] = [];
  let bytes = 0;
  for (const name of names) {
    const child = childPath(path, name);
    const look = mayRead(tree, child, credentials) ? tree.getData(child) : undefined;
    if (look === undefined) {
      entries.push({ name, code: "NoAuth" });
    } else if (detail === "stat") {
      entries.push({ name, stat: statBody(look.stat) });
    } else {
      entries.push({ name, ...fieldsOfData(look.data), stat: statBody(look.stat) });
      bytes += look.stat.dataLength;
      if (bytes > dataBytesMax) break;
    }
  }
  return entries;
}
