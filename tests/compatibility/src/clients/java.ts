import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Client, Launch, Missing } from "./client.ts";
import { compileOnce } from "./compile-once.ts";

const SOURCES = resolve(import.meta.dirname, "../../drivers/java");
const JARS = "/usr/share/java";
const JAVA = "/usr/bin/java";
const JAVAC = "/usr/bin/javac";

/** A JVM of its own per process: small, and quick to start. */
const FLAGS = ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];

interface JavaDriver {
  readonly folder: "zookeeper" | "curator";
  readonly jars: readonly string[];
  readonly packages: string;
}

/** A JRE alone cannot: the JDK's compiler is needed. */
function prepare({ folder, jars, packages }: JavaDriver): Launch | Missing {
  const classPath = jars.map((jar) => join(JARS, jar));
  const needed = [JAVA, JAVAC, ...classPath];
  if (needed.some((path) => !existsSync(path))) return { missing: `apt-get install ${packages}` };
  const path = classPath.join(":");
  const classes = compileOnce({
    name: folder,
    folder: SOURCES,
    sources: `{common,${folder}}/*.java`,
    product: `${folder}/Main.class`,
    command: (sources, output) => [
      JAVAC,
      ...["-nowarn", "-encoding", "UTF-8", "-cp", path, "-d", output],
      ...sources,
    ],
  });
  const quiet = [join(JARS, "slf4j-nop.jar")].filter((jar) => existsSync(jar));
  const runPath = [classes, ...quiet, path].join(":");
  return { command: JAVA, args: [...FLAGS, "-cp", runPath, `${folder}.Main`] };
}

export const java: Client = {
  name: "java",
  prepare: async () =>
    prepare({
      folder: "zookeeper",
      jars: ["zookeeper.jar", "zookeeper-jute.jar"],
      packages: "libzookeeper-java default-jdk-headless",
    }),
};

export const curator: Client = {
  name: "curator",
  prepare: async () =>
    prepare({
      folder: "curator",
      jars: [
        "zookeeper.jar",
        "zookeeper-jute.jar",
        "curator-client.jar",
        "curator-framework.jar",
        "curator-recipes.jar",
        "guava.jar",
      ],
      packages: "libcurator-recipes-java default-jdk-headless",
    }),
};
