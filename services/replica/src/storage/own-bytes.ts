/**
 * The same bytes in an ArrayBuffer of their own, which may be transferred to another thread. Posting
 * a view instead would copy everything behind it, often a much larger network buffer.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
