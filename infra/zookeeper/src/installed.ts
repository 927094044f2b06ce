import { existsSync } from "node:fs";

/** Where Debian's package `zookeeper` puts the server and everything that it needs. */
export const SERVER_JAR = "/usr/share/java/zookeeper.jar";

/** The real thing is here to be compared with. It is never installed from here. */
export function isZooKeeperInstalled(): boolean {
  return existsSync(SERVER_JAR) && existsSync("/usr/bin/java");
}
