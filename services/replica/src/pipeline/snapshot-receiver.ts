import { type DataTree, type DataTreeOptions, SnapshotLoader } from "@meerkat/tree";
import { invariant, type Persist } from "@meerkat/zab";

/**
 * The snapshot that a leader sends to a replica whose history it cannot continue. Its chunks make
 * the new tree as they come, beside the old one, which goes when the last chunk is installed.
 */
export class SnapshotReceiver {
  readonly #options: Partial<DataTreeOptions>;
  #loader: SnapshotLoader | undefined;

  constructor(options: Partial<DataTreeOptions>) {
    this.#options = options;
  }

  /** Takes the part of one `Ready`; returns the new tree when it is installed. */
  take({ stage, install }: Persist): DataTree | undefined {
    for (const { index, chunk } of stage) {
      if (index === 0) this.#loader = new SnapshotLoader(this.#options);
      invariant(this.#loader !== undefined, "a snapshot begins with chunk 0", index);
      this.#loader.load(chunk);
    }
    if (install === undefined) return undefined;
    invariant(this.#loader !== undefined, "a snapshot is staged before it is installed");
    const tree = this.#loader.finish();
    invariant(tree.lastZxid === install.zxid, "the snapshot stands where it says", install.zxid);
    this.#loader = undefined;
    return tree;
  }
}
