import { randomBytes } from "node:crypto";
import { Client, freePorts, until } from "@meerkat/workload";
import { CommandFailed, run } from "./command.ts";
import { Container } from "./container.ts";
import { IMAGE, imageOf, TAG } from "./images.ts";
import type { Tools } from "./tools.ts";

const HTTP_PORT = 8080;
const READY_LIMIT_MS = 120_000;

/** Named one by one: an older podman-compose would start what belongs to a profile, too. */
export const REPLICAS = ["replica-1", "replica-2", "replica-3"] as const;
export const GATEWAYS = ["gateway-1", "gateway-2"] as const;
export const NATS = ["nats-1", "nats-2", "nats-3"] as const;
export const ELECTORS = ["elector-1", "elector-2", "elector-3"] as const;
export const CORE = [...NATS, ...REPLICAS, ...ELECTORS, ...GATEWAYS] as const;
export type Service = (typeof CORE)[number];

/** docker-compose.yml, up and running under a project name of its own. */
export class ComposeStack {
  readonly project: string;
  readonly tools: Tools;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(project: string, tools: Tools, environment: Record<string, string>) {
    this.project = project;
    this.tools = tools;
    this.#environment = environment;
  }

  /** Creates and starts the containers of the core. They need not serve yet. */
  static async up(tools: Tools): Promise<ComposeStack> {
    const project = `meerkat-test-${process.pid}`;
    const stack = new ComposeStack(project, tools, await environment());
    try {
      await stack.#compose(["up", "--detach", "--no-build", ...CORE]);
    } catch (error) {
      await stack.down();
      throw error;
    }
    return stack;
  }

  /** As NATS has it: an older podman-compose lets an .env overrule what it is given. */
  async watcherPassword(): Promise<string> {
    const nats = this.container("nats-1");
    return JSON.parse(await nats.exec(["printenv", "MEERKAT_NATS_WATCHER_PASSWORD"])) as string;
  }

  container(service: string): Container {
    return new Container(this.tools.engine, this.project, service);
  }

  /** The network on which the services and NATS meet. */
  get network(): string {
    return `${this.project}_inside`;
  }

  async url(service: string): Promise<string> {
    return `http://${await this.container(service).address(HTTP_PORT)}`;
  }

  async urls(): Promise<readonly string[]> {
    return await Promise.all(GATEWAYS.map((gateway) => this.url(gateway)));
  }

  /** Waits until a gateway serves reads and writes. */
  async ready(url: string): Promise<void> {
    await using client = new Client(url);
    const look = async () =>
      (await client.request("GET", "/health/ready")).status === 200 ? true : undefined;
    await until(`${url} serves`, look, READY_LIMIT_MS);
  }

  /** One more gateway from the service of another one; resolves to its URL. */
  async addGateway(id: number): Promise<string> {
    const port = await freePorts(2);
    const name = `${this.project}-gateway-${id}`;
    const flags = ["--detach", "--no-deps", "--service-ports", "--name", name];
    await this.#compose(["run", ...flags, "-e", `MEERKAT_GATEWAY_ID=${id}`, "gateway-2"], {
      MEERKAT_HTTP_PORT_2: String(port),
      MEERKAT_ZOOKEEPER_PORT_2: String(port + 1),
    });
    const output = await run([this.tools.engine, "port", name, `${HTTP_PORT}/tcp`]);
    return `http://${output.split("\n")[0]}`;
  }

  /** What a program of a service's image prints about a volume of the stack. */
  async readVolume(volume: string, image: string, args: readonly string[]): Promise<string> {
    const mount = `${this.project}_${volume}:/data`;
    const command = ["run", "--rm", "--volume", mount, "--entrypoint", "node", imageOf(image)];
    return await run([this.tools.engine, ...command, ...args]);
  }

  /** Removes all that the stack made. Resolves to what is left of it: nothing, if all is well. */
  async down(): Promise<readonly string[]> {
    const { engine } = this.tools;
    try {
      await this.#compose(["down", "--volumes"]);
    } catch (error) {
      // What `run` made is none of a compose file's containers and holds on to network and volumes.
      if (!(error instanceof CommandFailed)) throw error;
    }
    const containers = await this.#containers();
    if (containers.length > 0) await run([engine, "rm", "--force", "--volumes", ...containers]);
    const left = await this.#named("volume", "{{.Name}}");
    if (left.length > 0) await run([engine, "volume", "rm", ...left]);
    const networks = await this.#named("network", "{{.Name}}");
    if (networks.length > 0) await run([engine, "network", "rm", ...networks]);
    return [...(await this.#containers()), ...(await this.#named("volume", "{{.Name}}"))];
  }

  async #containers(): Promise<readonly string[]> {
    const filter = `label=com.docker.compose.project=${this.project}`;
    return lines(await run([this.tools.engine, "ps", "--all", "--quiet", "--filter", filter]));
  }

  async #named(kind: "network" | "volume", format: string): Promise<readonly string[]> {
    const filter = `name=${this.project}_`;
    const command = [kind, "ls", "--format", format, "--filter", filter];
    return lines(await run([this.tools.engine, ...command]));
  }

  async #compose(args: readonly string[], more: Record<string, string> = {}): Promise<string> {
    const command = [...this.tools.compose, "-p", this.project, ...args];
    return await run(command, { ...this.#environment, ...more });
  }
}

const lines = (output: string): string[] => output.split("\n").filter((line) => line !== "");

async function environment(): Promise<Record<string, string>> {
  const first = await freePorts(5);
  const port = (n: number) => String(first + n);
  const roles = ["REPLICA", "ELECTOR", "GATEWAY", "WATCHER", "ROUTE"];
  const password = () => randomBytes(16).toString("hex");
  return {
    MEERKAT_IMAGE: IMAGE,
    MEERKAT_TAG: TAG,
    MEERKAT_NATS_PORT: port(0),
    MEERKAT_HTTP_PORT_1: port(1),
    MEERKAT_HTTP_PORT_2: port(2),
    MEERKAT_ZOOKEEPER_PORT_1: port(3),
    MEERKAT_ZOOKEEPER_PORT_2: port(4),
    GRAFANA_ADMIN_PASSWORD: password(),
    ...Object.fromEntries(roles.map((role) => [`MEERKAT_NATS_${role}_PASSWORD`, password()])),
  };
}
