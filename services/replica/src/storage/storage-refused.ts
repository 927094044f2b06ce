/** The data folder cannot be used as it is. The message says what, where, and what to do about it. */
export class StorageRefused extends Error {
  override readonly name = "StorageRefused";
}

/** A write or read failed: the disk's state is unknown, so the replica must stop without acknowledging. */
export class StorageFailed extends Error {
  override readonly name = "StorageFailed";
}
