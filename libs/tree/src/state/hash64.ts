/** Text up to this length is hashed character by character, longer data in words of four bytes. */
const LOOP_LENGTH_MAX = 24;
const SCRATCH_BYTES = 64 * 1024;
const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
const scratchView = new DataView(scratch.buffer, scratch.byteOffset, scratch.byteLength);

/**
 * Two 32-bit hashes over the same input, side by side: 64 bits without a bigint. It finds
 * divergence by accident, not by intent. One instance is used again and again (`start`).
 */
export class Hash64 {
  high = 0;
  low = 0;

  start(seed: number): void {
    this.high = seed | 0;
    this.low = ~seed;
  }

  int(value: number): void {
    const low = Math.imul(this.low ^ value, 0x9e3779b1);
    const high = Math.imul((this.high + value) | 0, 0x85ebca77);
    this.low = low ^ (low >>> 15);
    this.high = high ^ (high >>> 13);
  }

  /** A whole number below 2^53, such as a zxid or a time. */
  long(value: number): void {
    this.int((value / 2 ** 32) | 0);
    this.int(value | 0);
  }

  /** Any text; each UTF-16 code unit counts. */
  text(text: string): void {
    let { high, low } = this;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      low = Math.imul(low ^ code, 0x9e3779b1);
      high = Math.imul((high + code) | 0, 0x85ebca77);
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    this.high = high;
    this.low = low;
    this.int(text.length);
  }

  /** One character per byte. Writing it out first makes 100 bytes cost half of what the loop does. */
  latin1(bytes: string): void {
    if (bytes.length <= LOOP_LENGTH_MAX) {
      this.text(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += SCRATCH_BYTES) {
      const part = bytes.length <= SCRATCH_BYTES ? bytes : bytes.slice(at, at + SCRATCH_BYTES);
      this.#words(part);
    }
    this.int(bytes.length);
  }

  /** Spreads every input bit over both halves. */
  finish(): void {
    let low = Math.imul(this.low ^ (this.high >>> 16), 0x2c1b3c6d);
    low = Math.imul(low ^ (low >>> 12), 0x297a2d39);
    let high = Math.imul(this.high ^ (this.low >>> 16), 0x7feb352d);
    high = Math.imul(high ^ (high >>> 15), 0x846ca68b);
    this.low = low ^ (low >>> 15);
    this.high = high ^ (high >>> 16);
  }

  #words(part: string): void {
    scratch.write(part, 0, "latin1");
    const whole = part.length & ~3;
    let { high, low } = this;
    for (let i = 0; i < whole; i += 4) {
      const word = scratchView.getInt32(i, true);
      low = Math.imul(low ^ word, 0x9e3779b1);
      high = Math.imul((high + word) | 0, 0x85ebca77);
      low ^= low >>> 15;
      high ^= high >>> 13;
    }
    this.high = high;
    this.low = low;
    for (let i = whole; i < part.length; i += 1) this.int(scratchView.getUint8(i));
  }
}
