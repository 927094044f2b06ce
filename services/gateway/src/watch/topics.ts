import type { ChangeRing } from "./change-ring.ts";
import type { Subscriber } from "./subscriber.ts";
import { type Scope, Topic } from "./topic.ts";

interface TopicsAt {
  plain: Topic | undefined;
  recursive: Topic | undefined;
}

/**
 * Who watches what, by path: a change finds its topics by its own path and its ancestors', however
 * many there are.
 */
export class Topics {
  readonly #ring: ChangeRing;
  readonly #byPath = new Map<string, TopicsAt>();
  #recursiveCount = 0;

  constructor(ring: ChangeRing) {
    this.#ring = ring;
  }

  get isEmpty(): boolean {
    return this.#byPath.size === 0;
  }

  /** The topic of the scope, made where nobody else has it. */
  topicOf(scope: Scope): Topic {
    const { path, recursive } = scope;
    let at = this.#byPath.get(path);
    if (at === undefined) {
      at = { plain: undefined, recursive: undefined };
      this.#byPath.set(path, at);
    }
    const known = recursive ? at.recursive : at.plain;
    if (known !== undefined) return known;
    const topic = new Topic(scope, this.#ring);
    if (recursive) {
      at.recursive = topic;
      this.#recursiveCount += 1;
    } else {
      at.plain = topic;
    }
    return topic;
  }

  /** It is told what happens behind its place from now on; the ring must cover that. */
  join(subscriber: Subscriber): void {
    const topic = this.topicOf(subscriber.scope);
    topic.reachBackTo(subscriber.told);
    topic.subscribers.add(subscriber);
    subscriber.topic = topic;
  }

  /** A topic without subscribers is forgotten. */
  leave(subscriber: Subscriber): void {
    const { topic } = subscriber;
    if (topic === undefined) return;
    subscriber.topic = undefined;
    topic.subscribers.delete(subscriber);
    if (topic.subscribers.size > 0) return;
    const { path, recursive } = topic.scope;
    const at = this.#byPath.get(path);
    if (at === undefined) return;
    if (recursive) {
      if (at.recursive !== topic) return;
      at.recursive = undefined;
      this.#recursiveCount -= 1;
    } else if (at.plain === topic) {
      at.plain = undefined;
    }
    if (at.plain === undefined && at.recursive === undefined) this.#byPath.delete(path);
  }

  /** Every topic that a change of `path` concerns. */
  forEachOf(path: string, visit: (topic: Topic) => void): void {
    const own = this.#byPath.get(path);
    if (own?.plain !== undefined) visit(own.plain);
    if (this.#recursiveCount === 0) return;
    if (own?.recursive !== undefined) visit(own.recursive);
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const above = this.#byPath.get(path.slice(0, end))?.recursive;
      if (above !== undefined) visit(above);
    }
    if (path === "/") return;
    const root = this.#byPath.get("/")?.recursive;
    if (root !== undefined) visit(root);
  }

  *all(): IterableIterator<Topic> {
    for (const { plain, recursive } of this.#byPath.values()) {
      if (plain !== undefined) yield plain;
      if (recursive !== undefined) yield recursive;
    }
  }
}
