/**
 * One NATS subject for each path: the prefix and a token per name. What a token cannot hold is written
 * as in URLs, `%` and the hexadecimal bytes of its UTF-8:
 *
 *   /app/config      R.E.watch.app.config
 *   /app/a b.txt     R.E.watch.app.a%20b%2Etxt
 *   /100%            R.E.watch.100%25
 *   /                R.E.watch.%2F             a name has no slash, so no other path gives this token
 *   too long         R.E.watch.app.%long       below the longest ancestor that fits
 *
 * No two paths share a subject, but for those that are too long; the event names the path anyway.
 */
export class WatchSubjects {
  /** All events of the ensemble. */
  readonly all: string;
  /** Where gaps are told (gap.ts). No path has it: `%g` is no escape. */
  readonly gap: string;
  /** The stream in JetStream that keeps them. */
  readonly streamName: string;
  readonly #prefix: string;

  /** `ensemblePrefix` is root and ensemble: `meerkat.local`. */
  constructor(ensemblePrefix: string) {
    this.#prefix = `${ensemblePrefix}.watch.`;
    this.all = `${this.#prefix}>`;
    this.gap = `${this.#prefix}%gap`;
    this.streamName = `${ensemblePrefix.replace(".", "_")}_watch`;
  }

  subjectOf(path: string): string {
    const subject = this.#prefix + tokensOf(path);
    // Three bytes is the most that one UTF-16 unit of a path becomes.
    if (subject.length * 3 <= SUBJECT_BYTES_MAX) return subject;
    return Buffer.byteLength(subject) <= SUBJECT_BYTES_MAX ? subject : this.#shortened(subject);
  }

  /** Undefined for what is the subject of no path, or of several. */
  pathOf(subject: string): string | undefined {
    if (!subject.startsWith(this.#prefix)) return undefined;
    const path = decoded(subject.slice(this.#prefix.length));
    return path !== undefined && this.subjectOf(path) === subject ? path : undefined;
  }

  #shortened(subject: string): string {
    const tokens = subject.slice(this.#prefix.length).split(".");
    let bytes = Buffer.byteLength(this.#prefix) + LONG.length;
    let kept = 0;
    for (const token of tokens) {
      bytes += Buffer.byteLength(token) + 1;
      if (bytes > SUBJECT_BYTES_MAX) break;
      kept += 1;
    }
    return this.#prefix + [...tokens.slice(0, kept), LONG].join(".");
  }
}

/**
 * A NATS server closes a connection whose protocol line is longer than 4096 bytes (max_control_line).
 * Half of it leaves room for reply subjects and for API subjects that a subject is a part of.
 */
export const SUBJECT_BYTES_MAX = 2048;

const LONG = "%long";
const ROOT = "%2F";

/**
 * The escape character, what NATS reads as something else, and white space of every kind: the server
 * ends a subject at the ASCII ones, and clients refuse the others.
 */
const SPECIAL = /[%.*>\s\0-\x20\x7f]/;
const ALL_SPECIAL = new RegExp(SPECIAL, "g");

function tokensOf(path: string): string {
  if (path === "/") return ROOT;
  const escaped = SPECIAL.test(path) ? path.replace(ALL_SPECIAL, escapeOf) : path;
  return escaped.slice(1).replaceAll("/", ".");
}

function escapeOf(character: string): string {
  const code = character.charCodeAt(0);
  // encodeURIComponent would leave the dot and the asterisk as they are.
  if (code > 0x7f) return encodeURIComponent(character);
  return `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

function decoded(tokens: string): string | undefined {
  if (tokens === ROOT) return "/";
  try {
    return `/${tokens.split(".").map(decodeURIComponent).join("/")}`;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
