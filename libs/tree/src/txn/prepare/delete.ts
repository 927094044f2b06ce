import { Perms } from "../../acl/acl.ts";
import { childPath, hasParentPath, isBuiltIn, parentOf } from "../../path.ts";
import { isReapable } from "../../reaper.ts";
import type { DeleteOperation } from "../../request.ts";
import { ResultCode } from "../../result-code.ts";
import type { Preparation } from "./preparation.ts";

export function prepareDelete(
  preparation: Preparation,
  operation: DeleteOperation,
  op: number,
): ResultCode {
  const { path, version } = operation;
  const session = preparation.checkSession();
  if (session !== ResultCode.OK) return session;
  if (!hasParentPath(path) || isBuiltIn(path)) return ResultCode.BADARGUMENTS;
  const { znodes } = preparation.tree;
  const parent = znodes.get(parentOf(path));
  if (parent === undefined) return ResultCode.NONODE;
  if (preparation.mayNot(Perms.DELETE, parent)) return ResultCode.NOAUTH;
  const node = znodes.get(path);
  if (node === undefined) return ResultCode.NONODE;
  if (version !== -1 && version !== node.version) return ResultCode.BADVERSION;
  if (node.numChildren > 0) {
    if (operation.recursive !== true) return ResultCode.NOTEMPTY;
    const outcome = deleteChildren(preparation, path, op);
    if (outcome !== ResultCode.OK) return outcome;
  }
  return preparation.add({ type: "delete", op, path });
}

/**
 * Everything below the path, children before their parents, as if the client had deleted them one
 * after another: each parent must allow DELETE. A stack of its own, since trees may be deep.
 */
function deleteChildren(preparation: Preparation, root: string, op: number): ResultCode {
  const { znodes } = preparation.tree;
  const pending = [{ path: root, expanded: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, expanded } = next;
    if (!expanded) {
      const node = znodes.get(path);
      if (node === undefined) return ResultCode.NONODE;
      if (node.numChildren > 0) {
        if (preparation.mayNot(Perms.DELETE, node)) return ResultCode.NOAUTH;
        // Everything pending becomes a record, and so does this node.
        const needed = preparation.records.length + pending.length + 1 + node.numChildren;
        if (needed > preparation.tree.options.recordsPerTxnMax) return ResultCode.BADARGUMENTS;
        pending.push({ path, expanded: true });
        for (const name of node.childNames) {
          pending.push({ path: childPath(path, name), expanded: false });
        }
        continue;
      }
    }
    if (path === root) continue;
    const outcome = preparation.add({ type: "delete", op, path });
    if (outcome !== ResultCode.OK) return outcome;
  }
  return ResultCode.OK;
}

/** The reaper's: nobody's permission is asked, but the node must still be due. */
export function prepareDeleteContainer(preparation: Preparation, path: string): ResultCode {
  if (!hasParentPath(path) || isBuiltIn(path)) return ResultCode.BADARGUMENTS;
  const { tree, time } = preparation;
  const node = tree.znodes.get(path);
  if (node === undefined) return ResultCode.NONODE;
  if (node.numChildren > 0) return ResultCode.NOTEMPTY;
  if (!isReapable(node, time, tree.options.unusedContainerMsMax)) {
    return ResultCode.BADARGUMENTS;
  }
  return preparation.add({ type: "delete", op: 0, path });
}
