import type { Json, Step } from "./step.ts";

/**
 * What no two runs share becomes what they do share: the n-th different zxid of a scenario is `z<n>`, the n-th session
 * `s<n>`, any time `time`. Which of them are equal, which are zero and which come later still shows.
 */
export function normalise(steps: readonly Step[]): Step[] {
  const zxids = new Names("z");
  const sessions = new Names("s");
  const visit = (value: Json, key: string): Json => {
    if (Array.isArray(value)) return value.map((item: Json) => visit(item, key));
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, visit(item, name)]),
      );
    }
    if (ZXID_KEYS.has(key)) return zxids.of(value);
    if (SESSION_KEYS.has(key)) return sessions.of(value);
    if (TIME_KEYS.has(key)) return isPlain(value) ? value : "time";
    return typeof value === "string" ? shorten(value) : value;
  };
  return steps.map(({ step, outcome }) => ({ step, outcome: visit(outcome, "") }));
}

const ZXID_KEYS = new Set(["czxid", "mzxid", "pzxid", "zxid"]);
const SESSION_KEYS = new Set(["ephemeralOwner", "session"]);
const TIME_KEYS = new Set(["ctime", "mtime"]);

/** Values that mean something by themselves. */
function isPlain(value: Json): boolean {
  return value === null || ["0", "-1", "0x0"].includes(String(value));
}

class Names {
  readonly #prefix: string;
  readonly #known = new Map<string, string>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(value: Json): Json {
    if (isPlain(value)) return value;
    const text = String(value);
    const name = this.#known.get(text) ?? `${this.#prefix}${this.#known.size + 1}`;
    this.#known.set(text, name);
    return name;
  }
}

function shorten(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>")
    .replace(/[0-9a-f]{32}/g, "<uuid>")
    .replace(/\b127\.0\.0\.1:\d+/g, "<server>");
}
