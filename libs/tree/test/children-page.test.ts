import fc from "fast-check";
import { expect, test } from "vitest";
import { OPEN_ACL_UNSAFE } from "../src/acl/acl.ts";
import { DataTree } from "../src/data-tree.ts";
import { prepare } from "../src/txn/prepare/prepare.ts";

function treeWith(names: readonly string[]): DataTree {
  const tree = new DataTree();
  names.forEach((name, i) => {
    prepare(
      tree,
      {
        origin: { gateway: 0, number: i },
        session: 0,
        credentials: [],
        operation: {
          type: "create",
          path: `/p/${name}`,
          data: null,
          acl: OPEN_ACL_UNSAFE,
          mode: 0,
          createParents: true,
        },
      },
      { zxid: i + 1, time: 1 },
    );
  });
  return tree;
}

test("pages put together are the sorted children", () => {
  const anyNames = fc.uniqueArray(fc.stringMatching(/^[a-cü]{1,3}$/), { minLength: 1 });
  fc.assert(
    fc.property(anyNames, fc.integer({ min: 1, max: 12 }), (names, limit) => {
      const tree = treeWith(names);
      const gathered: string[] = [];
      let after: string | undefined;
      do {
        const page = tree.getChildren("/p", { limit, ...(after !== undefined && { after }) });
        expect(page?.children.length).toBeLessThanOrEqual(limit);
        gathered.push(...(page?.children ?? []));
        after = page?.after;
      } while (after !== undefined);
      expect(gathered).toEqual([...names].sort());
      expect(tree.getChildren("/p")?.children).toEqual(gathered);
    }),
  );
});

test("a page carries the parent's Stat; what does not exist has no page", () => {
  const tree = treeWith(["a", "b"]);
  expect(tree.getChildren("/p", { limit: 1 })).toEqual({
    children: ["a"],
    stat: tree.stat("/p"),
    after: "a",
  });
  expect(tree.getChildren("/p", { limit: 1, after: "a" })?.after).toBeUndefined();
  expect(tree.getChildren("/q")).toBeUndefined();
  expect(tree.getChildren("")?.children).toEqual(["p", "zookeeper"]);
  expect(tree.allChildrenNumber("/p")).toBe(2);
  expect(tree.allChildrenNumber("/")).toBe(tree.znodeCount - 1);
  expect(tree.allChildrenNumber("/q")).toBeUndefined();
});
