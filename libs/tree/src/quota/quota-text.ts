/** How much a subtree holds: its nodes with its root, and the bytes of their data. */
export interface Usage {
  readonly count: number;
  readonly bytes: number;
}

/** -1 is no limit. Going over a soft limit is only reported; hard limits can be enforced. */
export interface QuotaLimits {
  readonly count: number;
  readonly bytes: number;
  readonly countHardLimit: number;
  readonly byteHardLimit: number;
}

export const NO_LIMITS: QuotaLimits = {
  count: -1,
  bytes: -1,
  countHardLimit: -1,
  byteHardLimit: -1,
};

/** The text of a statistics node. */
export function formatUsage({ count, bytes }: Usage): string {
  return `count=${count},bytes=${bytes}`;
}

/**
 * The text of a limits node. The `=` after the bytes belongs there: older parsers, which know only
 * two keys, then read the number before it (StatsTrack.toString).
 */
export function formatLimits(limits: QuotaLimits): string {
  const soft = formatUsage(limits);
  const { byteHardLimit, countHardLimit } = limits;
  const hard =
    (byteHardLimit >= 0 ? `;byteHardLimit=${byteHardLimit}` : "") +
    (countHardLimit >= 0 ? `;countHardLimit=${countHardLimit}` : "");
  return hard === "" ? soft : `${soft}=${hard}`;
}

/**
 * Reads a limits node. A client can write anything there, and every server reads it while it applies
 * the txn, so a text that is malformed anywhere simply sets no limits. Unknown keys are left aside.
 */
export function parseLimits(text: string | null): QuotaLimits {
  if (text === null || text.length > TEXT_LENGTH_MAX) return NO_LIMITS;
  const limits: { -readonly [Key in keyof QuotaLimits]: number } = { ...NO_LIMITS };
  for (const entry of text.split(/[,;]+/)) {
    if (entry === "") continue;
    const [key = "", value = "", ...rest] = entry.split("=");
    // `bytes=10=` is the odd form above; anything behind the second `=` is none.
    if (!/^-?\d{1,18}$/.test(value) || rest.some((part) => part !== "")) return NO_LIMITS;
    const number = Number(value);
    if (!Number.isSafeInteger(number)) return NO_LIMITS;
    if (isLimitKey(key)) limits[key] = Math.max(number, -1);
  }
  return limits;
}

/** Longer than any text of four numbers, so that a node full of commas costs nothing. */
const TEXT_LENGTH_MAX = 1024;

function isLimitKey(key: string): key is keyof QuotaLimits {
  return Object.hasOwn(NO_LIMITS, key);
}
