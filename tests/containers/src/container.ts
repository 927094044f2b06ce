import { run } from "./command.ts";

/** One container of the stack, found again by its service each time: a new one may take its place. */
export class Container {
  readonly service: string;
  readonly #engine: string;
  readonly #filters: readonly string[];

  constructor(engine: string, project: string, service: string) {
    this.service = service;
    this.#engine = engine;
    this.#filters = [
      ...["--filter", `label=com.docker.compose.project=${project}`],
      ...["--filter", `label=com.docker.compose.service=${service}`],
    ];
  }

  /** @throws Error when there is none. */
  async id(): Promise<string> {
    const ids = await run([this.#engine, "ps", "--all", "--quiet", ...this.#filters]);
    const [id = ""] = ids.split("\n");
    if (id === "") throw new Error(`there is no container of ${this.service}`);
    return id;
  }

  async inspect(format: string): Promise<string> {
    const output = await run([this.#engine, "inspect", "--format", format, await this.id()]);
    return output.trim();
  }

  /** What a command inside it writes. @throws CommandFailed */
  async exec(command: readonly string[]): Promise<string> {
    return await run([this.#engine, "exec", await this.id(), ...command]);
  }

  /** Where its port is reached from this machine: host:port. */
  async address(port: number): Promise<string> {
    const output = await run([this.#engine, "port", await this.id(), `${port}/tcp`]);
    return output.split("\n")[0] ?? "";
  }

  /**
   * SIGKILL to its main process, as the system does that runs out of memory: the engine has to start it
   * again. Where the process is out of reach (a virtual machine, another user's), the engine kills it,
   * takes this for a wish, and is asked to start it.
   */
  async crash(): Promise<"crashed" | "killed"> {
    const pid = Number(await this.inspect("{{.State.Pid}}"));
    if (signalled(pid)) return "crashed";
    await run([this.#engine, "kill", "--signal", "KILL", await this.id()]);
    await run([this.#engine, "start", await this.id()]);
    return "killed";
  }

  async disconnect(network: string): Promise<void> {
    await run([this.#engine, "network", "disconnect", network, await this.id()]);
  }

  async connect(network: string): Promise<void> {
    await run([this.#engine, "network", "connect", network, await this.id()]);
  }

  /** In order, with the time that the engine gives. Resolves to its exit code. */
  async stop(): Promise<number> {
    await run([this.#engine, "stop", "-t", "15", await this.id()]);
    return Number(await this.inspect("{{.State.ExitCode}}"));
  }
}

function signalled(pid: number): boolean {
  try {
    return pid > 1 && process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}
