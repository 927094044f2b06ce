import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import { errors, type NatsConnection } from "@nats-io/transport-node";
import { type StreamProblem, StreamUnavailable } from "./ordered-stream.ts";

export const NANOS_PER_MS = 1_000_000;
export const ANSWER_LIMIT_MS = 5_000;
export const MESSAGE_ID = "Nats-Msg-Id";

/** Tells whether the connection is there, so that nothing is kept for a later one. */
export type IsConnected = () => boolean;

export interface JetStreamApi {
  readonly manager: JetStreamManager;
  readonly client: JetStreamClient;
}

/** Asks no server for anything yet. */
export async function jetStreamApi(connection: NatsConnection): Promise<JetStreamApi> {
  const settings = { timeout: ANSWER_LIMIT_MS, checkAPI: false };
  const manager = await jetstreamManager(connection, settings);
  return { manager, client: jetstream(connection, settings) };
}

const WRONG_SEQUENCE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);

/** What went wrong with a stream, in our words. */
export function explained(error: unknown, name: string): StreamUnavailable {
  if (error instanceof StreamUnavailable) return error;
  const text = error instanceof Error ? error.message : String(error);
  const because = (problem: StreamProblem, message: string) =>
    new StreamUnavailable(problem, message, { cause: error });
  if (isNotEnabled(error)) return because("absent", "no NATS server here has JetStream enabled");
  if (error instanceof JetStreamApiError) {
    if (error.code === JetStreamApiCodes.StreamNotFound) {
      return because("absent", `there is no stream ${name}`);
    }
    const problem = WRONG_SEQUENCE.has(error.code) ? "moved" : "refused";
    return because(problem, `JetStream refuses for the stream ${name}: ${text}`);
  }
  if (error instanceof errors.TimeoutError) {
    return because("silent", `JetStream did not answer for ${name} within ${ANSWER_LIMIT_MS} ms`);
  }
  if (isForbidden(error)) {
    return because("refused", `this user may not use the stream ${name} (${text})`);
  }
  return because("silent", `the stream ${name} cannot be reached (${text})`);
}

/** Nobody answers where JetStream would. The client does not give away the class that it makes of that. */
function isNotEnabled(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true;
  if (error instanceof JetStreamApiError) {
    return error.code === JetStreamApiCodes.JetStreamNotEnabledForAccount;
  }
  return error instanceof Error && error.name === "JetStreamNotEnabled";
}

function isForbidden(error: unknown): boolean {
  const { PermissionViolationError } = errors;
  if (error instanceof PermissionViolationError) return true;
  return error instanceof Error && error.cause instanceof PermissionViolationError;
}
