/** What a generator process is asked to do; sent to it as a message. */
export interface LoadSpec {
  readonly workload: string;
  /** Connection i goes to ports[i mod length]. */
  readonly ports: readonly number[];
  readonly connections: number;
  readonly window: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** Process ids of the servers in groups whose CPU is told apart. */
  readonly groups: Readonly<Record<string, readonly number[]>>;
}

export interface LoadResult {
  /** Replies in the measured time, and how long that was. */
  readonly replies: number;
  readonly seconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly samples: number;
  /** CPU seconds in the measured time. */
  readonly generatorCpuSeconds: number;
  readonly groupCpuSeconds: Readonly<Record<string, number>>;
  /** Of everything on this machine, the kernel's own work included. */
  readonly machineCpuSeconds: number;
  /** Sum that all acknowledged writes, warm-up and end included, added to the versions of the znodes. */
  readonly versionsAdded: number;
}

/** From the generator, in this order. */
export type LoadMessage =
  | { readonly kind: "measuring" }
  | { readonly kind: "measured" }
  | { readonly kind: "result"; readonly result: LoadResult }
  | { readonly kind: "failed"; readonly reason: string };
