/** Two digits for each byte. */
const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const LOW = 2 ** 32;

/**
 * As the HTTP API writes zxids and sessions: `0x100000002`. Every event has six of them, and JavaScript
 * takes three times as long for what is no small integer.
 */
export function hexOf(value: number): string {
  if (value < LOW) return `0x${value.toString(16)}`;
  const low = value >>> 0;
  const high = ((value - low) / LOW).toString(16);
  return `0x${high}${DIGITS[low >>> 24]}${DIGITS[(low >>> 16) & 0xff]}${DIGITS[(low >>> 8) & 0xff]}${DIGITS[low & 0xff]}`;
}
