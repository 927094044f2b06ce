import { createHash } from "node:crypto";
import { JuteReader } from "@meerkat/jute";
import { readLong } from "../requests/long.ts";

const BYTES_SHOWN_MAX = 80;
const BYTES_SHOWN_OF_LONG = 8;

/**
 * Reads a payload field by field and keeps the bytes of each as hex. What differs from server to
 * server is kept under a name instead, and is the only thing that is.
 */
export class Fields {
  readonly #payload: Uint8Array;
  readonly #reader: JuteReader;
  #hex: string[] = [];
  /** How far the hex goes: a field that cannot be read is part of the rest. */
  #kept = 0;

  constructor(payload: Uint8Array) {
    this.#payload = payload;
    this.#reader = new JuteReader(payload);
  }

  /** One word per field. */
  get hex(): string {
    return this.#hex.join(" ");
  }

  byte(): number {
    return this.#keep(() => this.#reader.readByte());
  }

  int(): number {
    return this.#keep(() => this.#reader.readInt());
  }

  /** An int that differs from server to server, if it is plausible. */
  named(name: string, isPlausible: (value: number) => boolean): string {
    const value = this.int();
    if (!isPlausible(value)) return String(value);
    this.#hex[this.#hex.length - 1] = name;
    return name;
  }

  /** A number that `name` may give a symbol; its bytes stay if it gives none. */
  long(name: (value: bigint) => string | undefined): bigint {
    const value = this.#keep(() => readLong(this.#reader));
    const symbol = name(value);
    if (symbol !== undefined) this.#hex[this.#hex.length - 1] = symbol;
    return value;
  }

  /** A buffer or a string, with its length, as one field. */
  bytes(name?: (value: Uint8Array) => string | undefined): Uint8Array | null {
    const value = this.#keep(() => this.#reader.readBuffer());
    const symbol = value === null ? undefined : name?.(value);
    if (symbol !== undefined) this.#hex[this.#hex.length - 1] = symbol;
    return value;
  }

  /** A string as a script would write it. */
  text(): string {
    return quoted(this.bytes());
  }

  list<T>(element: () => T): T[] {
    const count = this.int();
    return Array.from({ length: Math.max(count, 0) }, element);
  }

  /** A vector whose order means nothing, in the order of its bytes. */
  unordered<T>(element: () => T): T[] {
    const count = this.int();
    const before = this.#hex;
    const elements = Array.from({ length: Math.max(count, 0) }, () => {
      this.#hex = [];
      const value = element();
      return { value, hex: this.#hex.join(" ") };
    });
    elements.sort((a, b) => (a.hex < b.hex ? -1 : 1));
    this.#hex = [...before, ...elements.map(({ hex }) => hex)];
    return elements.map(({ value }) => value);
  }

  /** Whether anything is left; what nobody expected is kept as it is. */
  rest(): boolean {
    if (this.#kept === this.#payload.length) return false;
    this.#hex.push(`rest:${hexOf(this.#payload.subarray(this.#kept))}`);
    return true;
  }

  #keep<T>(read: () => T): T {
    const start = this.#reader.position;
    const value = read();
    this.#kept = this.#reader.position;
    this.#hex.push(hexOf(this.#payload.subarray(start, this.#kept)));
    return value;
  }
}

/** Hex; long ones by their beginning, their length and a hash. */
export function hexOf(bytes: Uint8Array): string {
  if (bytes.length <= BYTES_SHOWN_MAX) return Buffer.from(bytes).toString("hex");
  const start = Buffer.from(bytes.subarray(0, BYTES_SHOWN_OF_LONG)).toString("hex");
  const hash = createHash("sha1").update(bytes).digest("hex").slice(0, 8);
  return `${start}..(${bytes.length} bytes, sha1 ${hash})`;
}

export function quoted(bytes: Uint8Array | null): string {
  if (bytes === null) return "null";
  if (bytes.length > BYTES_SHOWN_MAX) return `(${bytes.length} bytes)`;
  const text = Buffer.from(bytes).toString("latin1");
  const escaped = text.replaceAll(
    /[^ -~]|["\\]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}
