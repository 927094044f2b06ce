import type { Grant } from "../requests/connect-frame.ts";

const ZERO = 0n;

/**
 * Names for what no two servers have the same: zxids, times, session ids, passwords. Within one
 * script a name always stands for one value, so that a script shows which values are equal:
 * `z2` is the second zxid that it came across, `t2` the time of that transaction.
 *
 * Requests that are refused, and sessions that come and go, may spend zxids or not. After them a
 * zxid is only known to be somewhere above the last one, and shows as `zxid`, until the next
 * successful write shows where things are.
 */
export class Symbols {
  readonly #zxids = new Map<bigint, string>();
  readonly #times = new Map<string, bigint>();
  readonly #sessions = new Map<bigint, string>();
  readonly #passwords = new Map<string, string>();
  #latest = ZERO;
  #uncertain = true;

  /** Something may have spent a zxid without showing it. */
  unsettle(): void {
    this.#uncertain = true;
  }

  /** The zxid of a transaction that a reply shows the result of: always a new one. */
  written(zxid: bigint): string {
    const isNew = zxid > this.#latest;
    if (isNew) this.#latest = zxid;
    this.#uncertain = false;
    return isNew ? this.zxid(zxid) : `${this.zxid(zxid)}!old`;
  }

  /** The zxid that a read's reply carries: what the server has applied. */
  applied(zxid: bigint): string {
    if (zxid < this.#latest) return `${this.zxid(zxid)}!old`;
    return this.#uncertain ? "zxid" : this.zxid(zxid);
  }

  zxid(zxid: bigint): string {
    return nameOf(this.#zxids, zxid, "z");
  }

  /** The time in a Stat, which is that of the transaction with this zxid. */
  time(time: bigint, zxid: bigint): string {
    const name = this.zxid(zxid).replace("z", "t");
    const known = this.#times.get(name) ?? time;
    this.#times.set(name, known);
    return known === time ? name : `${name}!${time - known}`;
  }

  session(id: bigint): string {
    return nameOf(this.#sessions, id, "s");
  }

  password(bytes: Uint8Array): string {
    return nameOf(this.#passwords, Buffer.from(bytes).toString("hex"), "p");
  }

  /** What a script's `zxid=` means: a number, or a symbol and what is added to it. */
  zxidOf(text: string): bigint {
    const [, symbol, plus] = /^(z\d+)([+-]\d+)?$/.exec(text) ?? [];
    if (symbol === undefined) return BigInt(text);
    for (const [zxid, name] of this.#zxids) if (name === symbol) return zxid + BigInt(plus ?? 0);
    throw new SyntaxError(`no reply has shown ${symbol} yet`);
  }

  /** Session ids in a text, as the four-letter words print them. */
  nameSessions(text: string): string {
    let named = text;
    for (const [id, name] of this.#sessions) {
      named = named.replaceAll(`0x${BigInt.asUintN(64, id).toString(16)}`, name);
    }
    return named;
  }
}

function nameOf<Key>(names: Map<Key, string>, key: Key, prefix: string): string {
  const name = names.get(key) ?? `${prefix}${names.size + 1}`;
  names.set(key, name);
  return name;
}

/** The null of a session: what a refused connect answer carries. */
export function isNoGrant({ session, password }: Grant): boolean {
  return session === ZERO && password.every((byte) => byte === 0);
}
