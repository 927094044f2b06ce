import { statfsSync } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";

export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly node: string;
}

const TMPFS_MAGIC = 0x01021994;

/** @throws Error where writing to the disk costs nothing, because it is none. */
export function describeMachine(): Machine {
  if (statfsSync(tmpdir()).type === TMPFS_MAGIC) {
    throw new Error(
      `${tmpdir()} is in memory, fsync costs nothing there: set TMPDIR to a folder on a disk`,
    );
  }
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
