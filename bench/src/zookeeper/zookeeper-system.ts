import { execFileSync } from "node:child_process";
import { ZooKeeperEnsemble } from "@meerkat/zookeeper";
import { PORT_OFFSETS, SERVERS, type System } from "./system.ts";

/** Debian's ZooKeeper with its defaults: fsync on, 1 GiB of heap each. */
export class ZooKeeperSystem implements System {
  readonly name = "zookeeper";
  readonly isStore = true;
  readonly #ensemble: ZooKeeperEnsemble;

  private constructor(ensemble: ZooKeeperEnsemble) {
    this.#ensemble = ensemble;
  }

  static async start(portBase: number): Promise<ZooKeeperSystem> {
    const options = { servers: SERVERS, portBase: portBase + PORT_OFFSETS.zookeeper };
    return new ZooKeeperSystem(await ZooKeeperEnsemble.start(options));
  }

  get ports(): readonly number[] {
    return this.#ensemble.ports;
  }

  get groups(): Readonly<Record<string, readonly number[]>> {
    return { servers: [...this.#ensemble.pids.values()] };
  }

  async heapBytes(): Promise<ReadonlyMap<string, number>> {
    const entries = [...this.#ensemble.pids].map(([name, pid]) => [name, liveBytes(pid)] as const);
    return new Map(entries);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ensemble[Symbol.asyncDispose]();
  }
}

/** A class histogram counts live objects, after a full collection; its last line is their sum. */
function liveBytes(pid: number): number {
  const histogram = execFileSync("jcmd", [String(pid), "GC.class_histogram"], {
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  const total = /^Total\s+\d+\s+(\d+)/m.exec(histogram)?.[1];
  if (total === undefined) throw new Error(`jcmd says nothing about the heap of process ${pid}`);
  return Number(total);
}
