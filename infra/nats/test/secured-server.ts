import { type Bus, type BusStatus, connectNatsBus } from "@meerkat/bus";
import { startNatsServer, type TestNatsServer } from "@meerkat/bus/testing";
import { accessConfiguration, passwordVariable, ROLES, type Role } from "../src/index.ts";

const passwordOf = (role: Role): string => `password of the ${role}`;

for (const role of ROLES) process.env[passwordVariable(role)] = JSON.stringify(passwordOf(role));

/** An account like the first one, whose users are called `other-replica` … */
function otherAccount(text: string): string {
  const account = /^ {2}meerkat \{[\s\S]*?^ {2}\}\n/m.exec(text)?.[0];
  if (account === undefined) throw new Error("accounts.conf has no account called meerkat");
  const other = account.replace("meerkat", "other").replaceAll('user: "', 'user: "other-');
  return text.replace(account, account + other);
}

/** A server with the accounts of two ensembles. */
export async function startSecuredServer(): Promise<TestNatsServer & AsyncDisposable> {
  return await startNatsServer({ configuration: otherAccount(accessConfiguration()) });
}

/** One user's connection, and what it was refused. */
export class RoleBus {
  readonly bus: Bus;
  readonly #refusals: readonly string[];

  private constructor(bus: Bus, refusals: readonly string[]) {
    this.bus = bus;
    this.#refusals = refusals;
  }

  static async connect(server: TestNatsServer, role: Role, account = ""): Promise<RoleBus> {
    const refusals: string[] = [];
    const onStatus = ({ type, message }: BusStatus) =>
      void (type === "error" && refusals.push(message));
    const user = `${account}${role}`;
    const bus = await connectNatsBus({
      url: server.url,
      name: `test of ${user}`,
      user,
      password: passwordOf(role),
      onStatus,
    });
    return new RoleBus(bus, refusals);
  }

  /** Resolves when the server has judged everything before: it answers in order. */
  async settle(): Promise<void> {
    await this.bus.flush();
    await new Promise((resolve) => setImmediate(resolve));
  }

  wasRefused(operation: "publish" | "subscribe", subject: string): boolean {
    return this.#refusals.some((message) => message.includes(` ${operation} to ${subject}. `));
  }
}
