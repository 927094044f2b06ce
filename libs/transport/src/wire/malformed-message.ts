/**
 * Bytes on one of our subjects that are no message of ours: another version, a bug, or somebody
 * else's publish. The receiver counts it and drops it.
 */
export class MalformedMessage extends Error {
  override readonly name = "MalformedMessage";
}
