import { arch, freemem, hostname, release, totalmem, type, userInfo } from "node:os";
import { type Facts, versionOf } from "./facts.ts";

/** kazoo reads the version from the beginning of this. What is Java's has Node's counterpart. */
export function envi(facts: Facts): string {
  const mib = (bytes: number) => `${Math.round(bytes / 1024 / 1024)}MB`;
  const memory = process.memoryUsage();
  const entries = {
    "zookeeper.version": versionOf(facts),
    "host.name": hostname(),
    "java.version": process.version,
    "java.vendor": "Node.js",
    "java.home": "",
    "java.class.path": "",
    "java.library.path": "",
    "java.io.tmpdir": "",
    "java.compiler": "V8",
    "os.name": type(),
    "os.arch": arch(),
    "os.version": release(),
    "user.name": userInfo().username,
    "user.home": "",
    "user.dir": "",
    "os.memory.free": mib(freemem()),
    "os.memory.max": mib(totalmem()),
    "os.memory.total": mib(memory.rss),
  };
  const lines = Object.entries(entries).map(([key, value]) => `${key}=${value}`);
  return `Environment:\n${lines.join("\n")}\n`;
}
