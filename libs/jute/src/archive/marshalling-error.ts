/**
 * Bytes that are not what they should be, or a value that has no encoding. ZooKeeper answers a
 * request that cannot be read with MARSHALLINGERROR (-5).
 */
export class MarshallingError extends Error {
  override readonly name = "MarshallingError";
}
