import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { SetupError } from "./setup-error.ts";

/** Debian puts servers here, and the PATH of an ordinary user leaves it out. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];

/**
 * Path of nats-server; installs Debian's package when there is none and this user may.
 * @throws SetupError that says how to get one.
 */
export function ensureNatsServer(say: (line: string) => void): string {
  const found = findNatsServer();
  if (found !== undefined) return found;
  const install = debianInstaller();
  if (install !== undefined) {
    say("nats-server is not on the PATH; installing Debian's package ...");
    for (const step of install) {
      const result = spawnSync(step[0] ?? "", step.slice(1), {
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      });
      if (result.status !== 0) say(`${step.join(" ")}: ${String(result.stderr).trim()}`);
    }
  }
  const installed = findNatsServer();
  if (installed !== undefined) return installed;
  throw new SetupError(
    "nats-server is not installed and could not be installed from here. Install it (Debian, Ubuntu: " +
      "`sudo apt-get install nats-server`; macOS: `brew install nats-server`) or put a nats-server 2.9 or newer on the " +
      "PATH, then start again.",
  );
}

function findNatsServer(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, "nats-server"))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function debianInstaller(): readonly (readonly string[])[] | undefined {
  if (!isExecutable("/usr/bin/apt-get")) return undefined;
  const steps = [
    ["apt-get", "update", "-qq"],
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nats-server"],
  ];
  if (process.getuid?.() === 0) return steps;
  const maySudo = spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0;
  return maySudo ? steps.map((step) => ["sudo", "-n", ...step]) : undefined;
}
