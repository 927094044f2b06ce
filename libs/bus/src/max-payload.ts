import type { Bus } from "./bus.ts";
import { MaxPayloadTooSmall } from "./errors.ts";

/**
 * Checks at start that the largest message of this process gets through. NATS takes 1 MB unless
 * configured otherwise, and a znode may hold nearly that.
 *
 * @throws MaxPayloadTooSmall with the line to put into the NATS configuration
 */
export function requireMaxPayload(bus: Bus, neededBytes: number): void {
  if (bus.maxPayloadBytes >= neededBytes) return;
  throw new MaxPayloadTooSmall(
    `The NATS server takes messages of at most ${bus.maxPayloadBytes} bytes, but this process ` +
      `sends up to ${neededBytes}. Put "max_payload: ${roundUpToMebibytes(neededBytes)}MB" into ` +
      "the configuration of every NATS server and restart or reload it (nats-server --signal reload).",
  );
}

function roundUpToMebibytes(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 2 ** 20);
}
