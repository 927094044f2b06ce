import { Perms } from "../../acl/acl.ts";
import type { Comparison, Condition } from "../../request.ts";
import type { Preparation } from "./preparation.ts";

/** Whether the condition holds now; "forbidden" when the node exists and READ is missing. */
export function evaluateCondition(
  preparation: Preparation,
  condition: Condition,
): boolean | "forbidden" {
  const node = preparation.tree.znodes.get(condition.path);
  const { exists, version, numChildren, data } = condition;
  if (node === undefined) {
    const asksForMore = version !== undefined || numChildren !== undefined || data !== undefined;
    return exists !== true && !asksForMore;
  }
  if (preparation.mayNot(Perms.READ, node)) return "forbidden";
  if (exists === false) return false;
  if (version !== undefined && !compare(node.version, version)) return false;
  if (numChildren !== undefined && !compare(node.numChildren, numChildren)) return false;
  return data === undefined || data === node.data;
}

function compare(value: number, { eq, ne, lt, gt }: Comparison): boolean {
  return (
    (eq === undefined || value === eq) &&
    (ne === undefined || value !== ne) &&
    (lt === undefined || value < lt) &&
    (gt === undefined || value > gt)
  );
}
