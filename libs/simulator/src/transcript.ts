/**
 * What happened, in two forms: a hash of everything, always kept, which shows that two runs were
 * the same; and readable lines of the newest events, kept only when somebody wants to read them.
 */
export class Transcript {
  /** Texts are made only when this is true. */
  readonly recording: boolean;
  readonly #linesMax: number;
  readonly #lines: string[] = [];
  #dropped = 0;
  #hash = 0x811c9dc5 | 0;
  #hashAgain = 0x9e3779b9 | 0;

  constructor({ recording, linesMax = 100_000 }: { recording: boolean; linesMax?: number }) {
    this.recording = recording;
    this.#linesMax = linesMax;
  }

  /** Numbers may be zxids and times: both halves of 2^53 count. */
  note(value: number): void {
    const low = value | 0;
    const high = Math.floor(value / 2 ** 32) | 0;
    this.#hash = Math.imul(this.#hash ^ low, 0x01000193) ^ (high + (this.#hash >>> 15));
    this.#hashAgain = Math.imul(this.#hashAgain + low, 0x85ebca6b) ^ (this.#hashAgain >>> 13);
    this.#hashAgain = (this.#hashAgain + high) | 0;
  }

  noteText(text: string): void {
    for (let index = 0; index < text.length; index++) this.note(text.charCodeAt(index));
  }

  line(timeUs: number, text: string): void {
    if (!this.recording) return;
    this.#lines.push(`${formatTime(timeUs)}  ${text}`);
    if (this.#lines.length > 2 * this.#linesMax) {
      this.#dropped += this.#linesMax;
      this.#lines.splice(0, this.#linesMax);
    }
  }

  /** The newest lines, oldest first. */
  tail(count: number): readonly string[] {
    const skipped = Math.max(0, this.#lines.length - count);
    const shown = this.#lines.slice(skipped);
    const missing = skipped + this.#dropped;
    return missing === 0 ? shown : [`… ${missing} lines before`, ...shown];
  }

  get lineCount(): number {
    return this.#lines.length + this.#dropped;
  }

  get hash(): string {
    return hex(this.#hash) + hex(this.#hashAgain);
  }
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, "0");
}

function formatTime(timeUs: number): string {
  return (timeUs / 1_000_000).toFixed(6).padStart(10);
}
