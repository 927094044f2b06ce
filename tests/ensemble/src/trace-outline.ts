import { processOf, type ReceivedSpan, type TraceNode, traceTrees } from "@meerkat/otlp";

/**
 * The shape of a trace, one line per span: the part that its process plays, name and kind. Siblings are in
 * alphabetical order, since clocks of several processes do not tell which came first.
 */
export function outlineOf(spans: readonly ReceivedSpan[], leader: string): string {
  return linesOf(traceTrees(spans), leader, 0).join("\n");
}

function linesOf(nodes: readonly TraceNode[], leader: string, depth: number): string[] {
  const blocks = nodes.map(({ span, children }) => {
    const line = `${"  ".repeat(depth)}${partOf(span, leader)}: ${span.name} (${span.kind})`;
    return [line, ...linesOf(children, leader, depth + 1)];
  });
  return blocks.toSorted((a, b) => (a.join() < b.join() ? -1 : 1)).flat();
}

function partOf(span: ReceivedSpan, leader: string): string {
  const name = processOf(span);
  if (name === leader) return "leader";
  return name.startsWith("replica") ? "follower" : name;
}
