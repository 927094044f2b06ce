import { run } from "./command.ts";
import type { Tools } from "./tools.ts";

export const IMAGE = "meerkat-test";
export const TAG = "local";
const SERVICES = ["replica", "election", "gateway"] as const;

export const imageOf = (name: string): string => `${IMAGE}-${name}:${TAG}`;

export interface BuiltImage {
  readonly name: string;
  readonly sizeBytes: number;
  readonly seconds: number;
}

/** Base images and registry are the caller's choice; what is not set has the Dockerfile's default. */
const argument = (name: string): string[] =>
  process.env[name] === undefined ? [] : ["--build-arg", `${name}=${process.env[name]}`];

/** Builds what docker-compose.yml names, each image once. */
export async function buildImages({ engine }: Tools): Promise<readonly BuiltImage[]> {
  const ours = [...argument("NODE_IMAGE"), ...argument("NPM_CONFIG_REGISTRY")];
  const built = [await build(engine, "nats", [...argument("NATS_IMAGE"), "infra/nats"])];
  for (const name of SERVICES) {
    built.push(await build(engine, name, [...ours, "--build-arg", `SERVICE=${name}`, "."]));
  }
  return built;
}

async function build(engine: string, name: string, args: readonly string[]): Promise<BuiltImage> {
  const startedMs = performance.now();
  await run([engine, "build", "--tag", imageOf(name), ...args]);
  const seconds = (performance.now() - startedMs) / 1_000;
  const size = await run([engine, "image", "inspect", "--format", "{{.Size}}", imageOf(name)]);
  return { name, sizeBytes: Number(size), seconds };
}
