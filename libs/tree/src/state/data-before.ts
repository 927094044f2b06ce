import type { ZnodeData } from "../request.ts";
import type { Znode } from "../znode.ts";
import type { Undo } from "./undo-journal.ts";
import type { ZnodeTable } from "./znode-table.ts";

/**
 * What a setData changes in a znode, as it was before. The most frequent change of all: a closure over
 * all of that would be twice as large.
 */
export class DataBefore implements Undo {
  readonly #table: ZnodeTable;
  readonly #path: string;
  readonly #node: Znode;
  readonly data: ZnodeData;
  readonly version: number;
  readonly mzxidHigh: number;
  readonly mzxidLow: number;
  readonly mtimeHigh: number;
  readonly mtimeLow: number;

  constructor(table: ZnodeTable, path: string, node: Znode) {
    this.#table = table;
    this.#path = path;
    this.#node = node;
    this.data = node.data;
    this.version = node.version;
    this.mzxidHigh = node.mzxidHigh;
    this.mzxidLow = node.mzxidLow;
    this.mtimeHigh = node.mtimeHigh;
    this.mtimeLow = node.mtimeLow;
  }

  undo(): void {
    this.#table.restoreData(this.#path, this.#node, this);
  }
}
