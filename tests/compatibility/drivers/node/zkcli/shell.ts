import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { DEADLINE_MS, Recorder, until } from "../driver.ts";

const ZKCLI = "/usr/share/zookeeper/bin/zkCli.sh";
/** A command that asks no server: its answer ends the answer of the command before it. */
const END = { command: "version", answer: /^ZooKeeper CLI version:|^Not connected$/ };
const STAT_KEYS = /^(cZxid|mZxid|pZxid|ctime|mtime|ephemeralOwner) = (.*)$/;
const EVENT = /^WatchedEvent state:(\w+) type:(\w+) path:(\S+)/;

/** One zkCli at its standard input, and what it prints. */
export class Shell extends Recorder {
  readonly hosts: string;
  readonly root: string;
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  #answer: string[] = [];
  #ends = 0;
  #events: string[] = [];
  readonly #others: Shell[] = [];

  private constructor(scenario: string, hosts: string) {
    super(scenario, (error) => String(error));
    this.hosts = hosts;
    this.root = `/zkcli-${scenario}`;
    // Errors are printed to the other stream: one pipe keeps their order.
    const command = `exec ${ZKCLI} -waitforconnection -server ${hosts} 2>&1`;
    this.#process = spawn("/bin/bash", ["-c", command], {
      stdio: ["pipe", "pipe", "ignore"],
      // It would ask the machine for its JVM's default heap, a quarter of the memory.
      env: { ...process.env, CLIENT_JVMFLAGS: "-Xmx128m -XX:TieredStopAtLevel=1" },
    });
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#read(line));
  }

  static async open(scenario: string, hosts: string): Promise<Shell> {
    const shell = await Shell.bare(scenario, hosts);
    await shell.run(`create ${shell.root} root`);
    return shell;
  }

  static async bare(scenario: string, hosts: string): Promise<Shell> {
    const shell = new Shell(scenario, hosts);
    // What it says while it connects belongs to no command.
    await shell.run();
    return shell;
  }

  /** Another one, closed at the end. */
  async other(hosts = this.hosts): Promise<Shell> {
    const shell = await Shell.bare(this.scenario, hosts);
    this.#others.push(shell);
    return shell;
  }

  #read(line: string): void {
    const event = EVENT.exec(line);
    if (END.answer.test(line)) this.#ends += 1;
    else if (event !== null) {
      if (event[2] !== "None") this.#events.push(`${event[2]} ${event[3]}`);
    } else if (line.trim() !== "" && line !== "WATCHER::") this.#answer.push(line);
  }

  /** Lines of its answer. */
  async run(command?: string): Promise<readonly string[]> {
    const ends = this.#ends;
    this.#answer = [];
    const both = command === undefined ? [END.command] : [command, END.command];
    this.#process.stdin.write(`${both.join("\n")}\n`);
    const answered = await until(() => this.#ends > ends, DEADLINE_MS);
    return answered ? this.#answer : [...this.#answer, "(no answer)"];
  }

  /** A command as a step, without this scenario's folder in its name. */
  async step1(command: string): Promise<void> {
    const lines = await this.run(command);
    const plainLines = lines.map(plain);
    // Credentials are a set.
    if (command === "whoami") plainLines.sort();
    this.record(command.replaceAll(this.root, "~"), plainLines);
  }

  async steps(...commands: readonly string[]): Promise<void> {
    for (const command of commands) await this.step1(command.replaceAll("~", this.root));
  }

  /** Waits for so many watch events, and takes all that have come. */
  async events(count: number): Promise<readonly string[]> {
    await until(() => this.#events.length >= count);
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  async close(): Promise<void> {
    for (const shell of [...this.#others, this]) {
      shell.#process.stdin.end("quit\n");
      shell.#process.kill();
    }
  }
}

/** `cZxid = 0x12` as an object whose key says what it is, lists in order; the rest is text. */
function plain(line: string): unknown {
  const list = /^\[(.*)\]$/.exec(line)?.[1];
  if (list !== undefined) return list.split(", ").sort();
  const match = STAT_KEYS.exec(line);
  return match === null ? line : { [(match[1] ?? "").replace("Z", "z")]: match[2] ?? "" };
}
