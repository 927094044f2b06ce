import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./setup-error.ts";

/**
 * `<data>/run/<name>.pid` and `<data>/log/<name>.log`: how a person or a script finds the processes
 * of a stack. A pid file is there exactly while its process is.
 */
export class RunFolder {
  readonly dataDir: string;

  /** @throws SetupError when the folder cannot be written. */
  constructor(dataDir: string) {
    this.dataDir = dataDir;
    try {
      for (const folder of ["run", "log"]) mkdirSync(join(dataDir, folder), { recursive: true });
      writeFileSync(join(dataDir, "run", ".writable"), "");
      rmSync(join(dataDir, "run", ".writable"));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new SetupError(
        `The data folder ${dataDir} cannot be written: ${why}. Choose another with --data.`,
      );
    }
  }

  pidFile(name: string): string {
    return join(this.dataDir, "run", `${name}.pid`);
  }

  logFile(name: string): string {
    return join(this.dataDir, "log", `${name}.log`);
  }

  writePid(name: string, pid: number): void {
    writeFileSync(this.pidFile(name), `${pid}\n`);
  }

  removePid(name: string): void {
    rmSync(this.pidFile(name), { force: true });
  }

  /** The last lines of a process's log, for a message about its end. */
  logTail(name: string, lines: number): string {
    return readFileSync(this.logFile(name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** @throws SetupError when processes of an earlier start still use this folder. */
  refuseIfInUse(): void {
    const pidFiles = readdirSync(join(this.dataDir, "run")).filter((file) => file.endsWith(".pid"));
    const alive = pidFiles.flatMap((file) => {
      const name = file.slice(0, -".pid".length);
      const pid = Number(readFileSync(join(this.dataDir, "run", file), "utf8"));
      if (pid > 0 && isOurs(pid)) return [{ name, pid }];
      this.removePid(name);
      return [];
    });
    if (alive.length === 0) return;
    const list = alive.map(({ name, pid }) => `${name} (${pid})`).join(", ");
    const pids = alive.map(({ pid }) => pid).join(" ");
    throw new SetupError(
      `Processes of an earlier start still use ${this.dataDir}: ${list}. ` +
        `Stop that start with Ctrl-C, or end what it left behind with: kill ${pids}`,
    );
  }
}

/** The process lives, and (where /proc tells) it is one that a launcher starts, not a later reuse of the number. */
function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return /nats-server|infra\/local\/src|services\/(replica|election|gateway)\/src/.test(command);
  } catch {
    return true;
  }
}
