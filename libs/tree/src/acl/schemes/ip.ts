import type { Scheme } from "./scheme.ts";

/**
 * Ids are addresses or networks: `10.1.2.3`, `10.0.0.0/8`, `2001:db8::/32`. The credential is the
 * peer's address. An IPv4 peer of a dual-stack socket (`::ffff:10.1.2.3`) counts as IPv4.
 */
export const ip: Scheme = {
  name: "ip",
  authenticates: false,
  accepts: (id) => parseNetwork(id) !== undefined,
  matches: (credential, id) => {
    const network = parseNetwork(id);
    // A link-local peer's address names its interface: `fe80::1%eth0`.
    const peer = parseNetwork(credential.replace(/%.*$/, ""));
    if (network === undefined || peer === undefined) return false;
    return sharePrefix(network.bytes, peer.bytes, network.bits);
  },
};

interface Network {
  /** 4 or 16. */
  readonly bytes: readonly number[];
  readonly bits: number;
}

const IPV4_IN_IPV6 = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf("/");
  const bytes = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (bytes === undefined) return undefined;
  const bits = slash < 0 ? bytes.length * 8 : parseDecimal(text.slice(slash + 1), bytes.length * 8);
  if (bits === undefined) return undefined;
  const isMapped = bytes.length === 16 && sharePrefix(bytes, [...IPV4_IN_IPV6, 0, 0, 0, 0], 96);
  return isMapped && bits >= 96 ? { bytes: bytes.slice(12), bits: bits - 96 } : { bytes, bits };
}

function parseAddress(text: string): number[] | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split(".").map((part) => parseDecimal(part, 255));
  return parts.length === 4 ? allDefined(parts) : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const front = parseGroups(head, tail === undefined);
  if (tail === undefined) return front?.length === 16 ? front : undefined;
  const back = parseGroups(tail, true);
  if (front === undefined || back === undefined) return undefined;
  const missing = 16 - front.length - back.length;
  // `::` stands for at least one group of zeros.
  return missing < 2 ? undefined : [...front, ...Array<number>(missing).fill(0), ...back];
}

/** Groups of four hexadecimal digits; the address's end may be written as IPv4. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (isEnd && i === groups.length - 1 && group.includes(".")) {
      const ipv4 = parseIpv4(group);
      if (ipv4 === undefined) return undefined;
      bytes.push(...ipv4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

function parseDecimal(text: string, max: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

function allDefined(values: readonly (number | undefined)[]): number[] | undefined {
  const defined = values.filter((value) => value !== undefined);
  return defined.length === values.length ? defined : undefined;
}

function sharePrefix(a: readonly number[], b: readonly number[], bits: number): boolean {
  if (a.length !== b.length) return false;
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : 0xff & (0xff << (8 - (bits - bit)));
    if ((((a[bit / 8] ?? 0) ^ (b[bit / 8] ?? 0)) & mask) !== 0) return false;
  }
  return true;
}
