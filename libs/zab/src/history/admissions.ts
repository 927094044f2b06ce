import { invariant } from "../invariant.ts";
import type { Members } from "../proposal.ts";
import type { Zxid } from "../zxid.ts";

export interface Admission {
  readonly zxid: Zxid;
  readonly members: Members;
}

/**
 * The admissions of a history, ascending. The last is in force; the first is either committed or
 * the founding one (ADR 0001).
 */
export class Admissions {
  #list: Admission[];

  constructor(list: readonly Admission[]) {
    this.#list = [...list];
    for (let i = 1; i < list.length; i++) {
      const [one, next] = [list[i - 1], list[i]];
      invariant(one !== undefined && next !== undefined && one.zxid < next.zxid, "ascending");
    }
  }

  get inForce(): Admission | undefined {
    return this.#list[this.#list.length - 1];
  }

  /**
   * The stores that need not claim their voice. A store admitted by a committed proposal is counted
   * by whoever knows that commit. The founders are counted from the start: all of them promised the
   * founding epoch with empty histories, so none has an older promise that it could have forgotten.
   */
  vouched(committed: Zxid): Members | undefined {
    for (let i = this.#list.length - 1; i > 0; i--) {
      const admission = this.#list[i] as Admission;
      if (admission.zxid <= committed) return admission.members;
    }
    return this.#list[0]?.members;
  }

  append(admission: Admission): void {
    invariant(admission.zxid > (this.inForce?.zxid ?? -1), "admissions ascend", admission.zxid);
    this.#list.push(admission);
  }

  truncate(to: Zxid): void {
    while ((this.inForce?.zxid ?? -1) > to) this.#list.pop();
  }

  replaceBy(admission: Admission): void {
    this.#list = [admission];
  }

  /** Forgets those that a later committed one replaced. */
  prune(committed: Zxid): void {
    while (this.#list.length > 1 && (this.#list[1] as Admission).zxid <= committed) {
      this.#list.shift();
    }
  }
}
