const SHOWN_MAX = 5;

/** What a person reads while the test runs and afterwards; it knows whether anything was wrong. */
export class Report {
  failures = 0;
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** A step that came to its end, and what there is to say of it. */
  step(name: string, seconds: number, detail = ""): void {
    this.#say(`${seconds.toFixed(1).padStart(7)} s  ${name}${detail === "" ? "" : `: ${detail}`}`);
  }

  async timed<T>(name: string, action: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await action();
    this.step(name, (performance.now() - startedMs) / 1_000);
    return result;
  }

  note(text: string): void {
    this.#say(`           ${text}`);
  }

  /** Anything here is a failure. */
  mustBeNone(what: string, found: readonly string[]): void {
    if (found.length === 0) {
      this.#say(`      ok  no ${what}`);
      return;
    }
    this.failures += 1;
    this.#say(`  FAILED  ${found.length} ${what}:`);
    for (const one of found.slice(0, SHOWN_MAX)) this.note(one);
  }
}
