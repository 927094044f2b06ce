/** What happens when its time has come. */
export type Action = () => void;

interface Event {
  readonly timeUs: number;
  readonly order: number;
  readonly action: Action;
}

/**
 * Virtual time in microseconds and the queue of what is going to happen. Events of the same instant
 * happen in the order in which they were asked for, so a run is a function of its seed alone.
 *
 * Nothing is ever taken out of the queue: whoever may change his mind checks in his action whether
 * it is still wanted.
 */
export class Clock {
  nowUs = 0;
  /** Events carried out so far. */
  steps = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  after(delayUs: number, action: Action): void {
    this.at(this.nowUs + delayUs, action);
  }

  at(timeUs: number, action: Action): void {
    this.#order++;
    this.#rise({ timeUs: Math.max(timeUs, this.nowUs), order: this.#order, action });
  }

  /** Carries out the next event. False when there is none. */
  step(): boolean {
    const first = this.#heap[0];
    if (first === undefined) return false;
    const last = this.#heap.pop() as Event;
    if (this.#heap.length > 0) this.#sink(last);
    this.nowUs = first.timeUs;
    this.steps++;
    first.action();
    return true;
  }

  #rise(event: Event): void {
    const heap = this.#heap;
    let hole = heap.length;
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = heap[above] as Event;
      if (!isBefore(event, parent)) break;
      heap[hole] = parent;
      hole = above;
    }
    heap[hole] = event;
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    const size = heap.length;
    let hole = 0;
    for (;;) {
      let below = 2 * hole + 1;
      if (below >= size) break;
      if (below + 1 < size && isBefore(heap[below + 1] as Event, heap[below] as Event)) below++;
      const child = heap[below] as Event;
      if (!isBefore(child, event)) break;
      heap[hole] = child;
      hole = below;
    }
    heap[hole] = event;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.timeUs < other.timeUs || (one.timeUs === other.timeUs && one.order < other.order);
}
