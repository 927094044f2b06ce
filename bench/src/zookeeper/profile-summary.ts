import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";

interface Share {
  readonly what: string;
  selfUs: number;
  totalUs: number;
}

/** What V8 names in parentheses is no function of ours; (idle) is no work at all. */
const IDLE = "(idle)";

/** Where the time of a CPU profile went: the functions with the most time of their own, and the files. */
export function summarise(profile: CpuProfile, top: number): string {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfUs = new Map<number, number>();
  for (const [i, id] of profile.samples.entries()) {
    selfUs.set(id, (selfUs.get(id) ?? 0) + (profile.timeDeltas[i + 1] ?? 0));
  }
  const functions = sharesBy(functionOf, nodes, selfUs);
  const files = sharesBy(fileOf, nodes, selfUs);
  const allUs = [...selfUs.values()].reduce((sum, us) => sum + us, 0);
  const busyUs = allUs - (functions.get(IDLE)?.selfUs ?? 0);
  const percent = (us: number): string => ((us / busyUs) * 100).toFixed(1).padStart(6);
  const line = ({ what, selfUs: own, totalUs }: Share): string =>
    `${percent(own)} ${percent(totalUs)}  ${what}`;
  const most = (shares: ReadonlyMap<string, Share>): string[] =>
    [...shares.values()]
      .filter(({ what }) => what !== IDLE && what !== "(root)")
      .sort((a, b) => b.selfUs - a.selfUs)
      .slice(0, top)
      .map(line);
  return [
    `busy ${(busyUs / 1e6).toFixed(2)} s of ${(allUs / 1e6).toFixed(2)} s; percent of the busy time:`,
    "  self  total  function",
    ...most(functions),
    "  self  total  file",
    ...most(files),
  ].join("\n");
}

function sharesBy(
  nameOf: (node: ProfileNode) => string,
  nodes: ReadonlyMap<number, ProfileNode>,
  selfUs: ReadonlyMap<number, number>,
): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  // Total time of a name counts once per stack, however often the name is on it.
  const visit = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const what = nameOf(node);
    const isOutermost = !above.has(what);
    const names = isOutermost ? new Set([...above, what]) : above;
    const own = selfUs.get(node.id) ?? 0;
    let below = 0;
    for (const id of node.children ?? []) {
      const child = nodes.get(id);
      if (child !== undefined) below += visit(child, names);
    }
    const share = shares.get(what) ?? { what, selfUs: 0, totalUs: 0 };
    share.selfUs += own;
    if (isOutermost) share.totalUs += own + below;
    shares.set(what, share);
    return own + below;
  };
  const root = [...nodes.values()].find(({ callFrame }) => callFrame.functionName === "(root)");
  if (root !== undefined) visit(root, new Set());
  return shares;
}

function functionOf({ callFrame }: ProfileNode): string {
  const name = callFrame.functionName === "" ? "(anonymous)" : callFrame.functionName;
  if (callFrame.url === "") return name;
  return `${name}  ${shortUrl(callFrame.url)}:${callFrame.lineNumber + 1}`;
}

function fileOf({ callFrame }: ProfileNode): string {
  return callFrame.url === "" ? callFrame.functionName : shortUrl(callFrame.url);
}

/** From the package on: libs/tree/src/x.ts, node_modules/y/z.js, node:net. */
function shortUrl(url: string): string {
  return /^.*\/((?:node_modules|libs|services|infra|bench)\/.*)$/.exec(url)?.[1] ?? url;
}
