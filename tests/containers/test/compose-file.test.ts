import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../src/command.ts";
import { CORE } from "../src/compose-stack.ts";

interface Service {
  readonly image: string;
  readonly user: string;
  readonly profiles?: readonly string[];
  readonly restart: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period: string;
  readonly logging: unknown;
  readonly healthcheck?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const TEXT = read("docker-compose.yml");
const FILE = parse(TEXT, { merge: true }) as ComposeFile;
const services = Object.entries(FILE.services);

test("the core is what runs without a profile", () => {
  const core = services.filter(([, { profiles }]) => profiles === undefined);
  expect(core.map(([name]) => name).sort()).toEqual([...CORE].sort());
});

describe.each(services)("%s", (name, service) => {
  it("is started again, runs as nobody in particular, and can write to its volumes alone", () => {
    expect(service.restart).toBe("unless-stopped");
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(["ALL"]);
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(service.stop_grace_period).toBeDefined();
    expect(service.logging).toBeDefined();
  });

  it("has an image that can be replaced, and one that is pinned", () => {
    expect(service.image).toMatch(/^\$\{[A-Z_]+:-[^}]+\}/);
    expect(service.image).toMatch(/:(\$\{MEERKAT_TAG:-local\}|v?\d[\w.-]*\})$/);
  });

  it("mounts volumes of the file and folders of the repository", () => {
    for (const volume of service.volumes ?? []) {
      const [source = ""] = volume.split(":");
      if (source.startsWith("./")) expect(existsSync(join(ROOT, source)), source).toBe(true);
      else expect(Object.keys(FILE.volumes)).toContain(source);
    }
  });

  it("listens where MEERKAT_ADDRESS says", () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^\$\{MEERKAT_ADDRESS:-127/);
  });

  it.runIf(service.profiles === undefined)("has a health check", () => {
    expect(service.healthcheck, name).toBeDefined();
  });
});

test("each password of the file stands in .env.example, empty", () => {
  const names = [...TEXT.matchAll(/\$\{([A-Z_]+_PASSWORD)\b/g)].map((match) => match[1] ?? "");
  const example = read(".env.example");
  for (const name of new Set(names)) expect(example).toMatch(new RegExp(`^${name}=$`, "m"));
});

test("every variable of .env.example is one that the file takes", () => {
  const names = read(".env.example").matchAll(/^(?:# )?([A-Z][A-Z0-9_]+)=/gm);
  const known = (name: string) => name === "COMPOSE_PROFILES" || TEXT.includes(`\${${name}`);
  expect([...names].map((match) => match[1] ?? "").filter((name) => !known(name))).toEqual([]);
});
