/** As ZooKeeper prints zxids and session ids: `0x100000002`. */
export function formatHex(value: number): string {
  return `0x${value.toString(16)}`;
}

/** Hexadecimal behind 0x, or decimal; undefined for everything else and beyond 2^53 - 1. */
export function parseHexOrDecimal(text: string): number | undefined {
  if (!/^(?:0x[0-9a-fA-F]{1,14}|[0-9]{1,16})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
