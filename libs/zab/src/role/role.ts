import type { ServerId } from "../ids.ts";
import type { Envelope, Packet } from "../packets.ts";
import type { ServerState, ZabState } from "../ready.ts";
import type { Epoch } from "../zxid.ts";

/** What a peer is at present. A role ends by `core.endRole(reason)`; the peer then goes LOOKING. */
export interface Role {
  readonly serverState: ServerState;
  readonly zabState: ZabState;
  readonly epoch: Epoch;
  readonly leader: ServerId | undefined;
  readonly established: boolean;
  step(envelope: Envelope): void;
  tick(): void;
  /** How many of the coming ticks do nothing but count, if nothing else happens (see Peer.quietTicks). */
  readonly quietTicks: number;
  /** A write was confirmed: `core.history.durable` or the durable hard state may have moved. */
  persisted(): void;
  /** Whether that would have consequences now (see Peer.awaitsDisk). */
  readonly awaitsDisk: boolean;
  /** Whether `prepareReady` would add something. */
  readonly hasWork: boolean;
  /** Adds what is said once per Ready, however many steps it gathers: watermarks and acknowledgements. */
  prepareReady(): void;
  /** The role is over. */
  leave(): void;
}

export type PacketOf<T extends Packet["type"]> = Extract<Packet, { type: T }>;

/** A packet without a handler does not compile: every role says of each packet what it does with it. */
export type Handlers = {
  readonly [T in Packet["type"]]: (envelope: Envelope, packet: PacketOf<T>) => void;
};

export function dispatch(handlers: Handlers, envelope: Envelope): void {
  const handler = handlers[envelope.packet.type] as (envelope: Envelope, packet: Packet) => void;
  handler(envelope, envelope.packet);
}

/** The handler of packets that mean nothing to a role. */
export function ignore(): void {
  // Nothing to do, and nothing wrong: the sender knows another state of ours.
}
