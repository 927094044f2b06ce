import { askWord } from "../four-letter-word.ts";
import { OPCODES } from "../requests/opcodes.ts";
import { SimpleClient } from "../simple-client.ts";
import { portOf, type Target } from "../target.ts";

/** The server answers, and a client that comes now is served. @throws Error */
export async function requireHealth(target: Target): Promise<void> {
  const port = portOf(target, 1);
  const answer = await askWord(target.host, port, "ruok");
  if (answer !== "imok") throw new Error(`ruok is answered by ${JSON.stringify(answer)}`);
  await using client = await SimpleClient.connect(target.host, port);
  if (client === undefined) throw new Error("the server refuses a new session");
  const { err } = await client.ask(OPCODES.multi, (writer) => {
    writer.writeInt(-1);
    writer.writeBoolean(true);
    writer.writeInt(-1);
  });
  if (err !== 0) throw new Error(`an empty multi gives error ${err}`);
}
