/** What is measured: three servers that speak ZooKeeper's protocol, as processes on this machine. */
export interface System extends AsyncDisposable {
  readonly name: SystemName;
  /** One port per server. */
  readonly ports: readonly number[];
  /** Process ids in groups whose CPU is told apart. */
  readonly groups: Readonly<Record<string, readonly number[]>>;
  /** Whether it keeps what is written. */
  readonly isStore: boolean;
  /** Bytes in use after a garbage collection, by process: of those that hold the tree. */
  heapBytes(): Promise<ReadonlyMap<string, number>>;
}

export function pidsOf({ groups }: System): number[] {
  return Object.values(groups).flat();
}

/** `variant` is a second Meerkat with other settings. */
export type SystemName = "meerkat" | "variant" | "zookeeper" | "echo";

export const SERVERS = 3;

/** All ports of a run are in one range that begins at --port-base. */
export const PORT_OFFSETS = {
  nats: 0,
  http: 10,
  meerkat: 20,
  zookeeper: 50,
  echo: 90,
  /** Where the ports of the variant begin. */
  variant: 100,
} as const;
