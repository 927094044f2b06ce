import type { Stat } from "./stat.ts";
import { type ReadonlyZnode, statOf } from "./znode.ts";

export interface PageOptions {
  /** At most so many names; without it all of them. */
  readonly limit?: number;
  /** Only names after this one. */
  readonly after?: string;
}

export interface ChildrenPage {
  /** Names without paths, ascending by UTF-16 code units. */
  readonly children: readonly string[];
  /** The parent's own. */
  readonly stat: Stat;
  /** The last name of the page when there are more: the next page's `after`. */
  readonly after?: string;
}

/**
 * One page of a node's children. A page costs one pass over the names and a sort of the page, not
 * a sort of all: the names kept so far are a heap with the largest on top.
 */
export function pageOf(node: ReadonlyZnode, options: PageOptions): ChildrenPage {
  const { limit = Number.POSITIVE_INFINITY, after } = options;
  const names = node.childNames;
  const stat = statOf(node);
  if (limit >= names.size) return { children: sorted(names, after), stat };
  const smallest = new SmallestNames(limit);
  let candidates = 0;
  for (const name of names) {
    if (after !== undefined && name <= after) continue;
    candidates += 1;
    smallest.offer(name);
  }
  const children = smallest.names.sort();
  const last = children[children.length - 1];
  const isComplete = candidates <= limit || last === undefined;
  return isComplete ? { children, stat } : { children, stat, after: last };
}

function sorted(names: ReadonlySet<string>, after: string | undefined): string[] {
  const all = [...names];
  return (after === undefined ? all : all.filter((name) => name > after)).sort();
}

/** A binary heap of bounded size, the largest name at index 0. */
class SmallestNames {
  readonly names: string[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(name: string): void {
    const { names } = this;
    if (names.length < this.#limit) {
      names.push(name);
      this.#rise(names.length - 1);
    } else if (names.length > 0 && name < this.#at(0)) {
      names[0] = name;
      this.#sink(0);
    }
  }

  #at(index: number): string {
    return this.names[index] as string;
  }

  #rise(index: number): void {
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) >= this.#at(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(index: number): void {
    for (;;) {
      let largest = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < this.names.length && this.#at(child) > this.#at(largest)) largest = child;
      }
      if (largest === index) return;
      this.#swap(largest, index);
      index = largest;
    }
  }

  #swap(a: number, b: number): void {
    const name = this.#at(a);
    this.names[a] = this.#at(b);
    this.names[b] = name;
  }
}
