/** ZooKeeper's Stat: zxids and times as exact numbers (a zxid is below 2^53), times in ms since the Unix epoch. */
export interface Stat {
  readonly czxid: number;
  readonly mzxid: number;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  /** Session id, 0 for everything that is not ephemeral. */
  readonly ephemeralOwner: number;
  readonly dataLength: number;
  readonly numChildren: number;
  readonly pzxid: number;
}
