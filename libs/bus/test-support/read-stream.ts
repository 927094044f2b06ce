import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

/** A message as a stream has it. */
export interface StoredMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly payload: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything that a stream holds at the moment, in order, read as any consumer would. */
export async function readStream(
  url: string,
  name: string,
  user: { readonly user?: string; readonly pass?: string } = {},
): Promise<readonly StoredMessage[]> {
  const connection = await connect({ servers: url, ...user });
  try {
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const { state } = await manager.streams.info(name);
    const messages: StoredMessage[] = [];
    if (state.messages === 0) return messages;
    const consumer = await jetstream(connection).consumers.get(name);
    const decoder = new TextDecoder();
    for await (const message of await consumer.consume()) {
      const entries = [...(message.headers ?? [])].map(([key, values]) => [key, values.join()]);
      messages.push({
        sequence: message.seq,
        subject: message.subject,
        payload: decoder.decode(message.data),
        headers: Object.fromEntries(entries),
      });
      if (message.seq >= state.last_seq) break;
    }
    return messages;
  } finally {
    await connection.close();
  }
}
