import { readStream } from "@meerkat/bus/testing";
import {
  type Client,
  changesOfLog,
  changesOfStream,
  type LoggedTxn,
  type NamedChange,
  until,
} from "@meerkat/workload";
import type { ComposeStack } from "./compose-stack.ts";

const STREAM = "meerkat_main_watch";
const LAST = "/the-last-change";

/** Everything that JetStream has kept, read from outside by a watcher, once it has the last change. */
export async function watchEvents(
  stack: ComposeStack,
  client: Client,
): Promise<readonly NamedChange[]> {
  await client.create(LAST, "");
  const url = `nats://${await stack.container("nats-1").address(4222)}`;
  const watcher = { user: "watcher", pass: await stack.watcherPassword() };
  const messages = await until("the last change is in the stream of watch events", async () => {
    const all = await readStream(url, STREAM, watcher);
    return all.at(-1)?.payload.includes(`"${LAST}"`) === true ? all : undefined;
  });
  return changesOfStream(messages);
}

/** Events that are not what the log says, or not at their place. */
export function unlikeLog(
  events: readonly NamedChange[],
  log: readonly LoggedTxn[],
): readonly string[] {
  const wanted = changesOfLog(log);
  const length = Math.max(events.length, wanted.length);
  const all = Array.from(
    { length },
    (_, i) => `${events[i] ?? "none"}, not ${wanted[i] ?? "none"}`,
  );
  return all.filter((_, i) => events[i] !== wanted[i]);
}
