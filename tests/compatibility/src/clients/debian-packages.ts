import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * Installs packages of Debian where this user may and nothing has to be asked; whoever calls looks afterwards whether
 * what it wanted is there.
 */
export function ensureDebianPackages(packages: readonly string[]): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  const install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages];
  // The list of packages may be good enough; fetching it anew takes longer than most packages do.
  if (run(install)) return;
  run(["apt-get", "update", "-qq"]);
  run(install);
}

function run([command = "", ...args]: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync(command, args, { stdio: "ignore", env }).status === 0;
}
