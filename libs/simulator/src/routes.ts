import type { Envelope, Packet, ServerId } from "@meerkat/zab";
import type { Subject } from "./network.ts";
import type { World } from "./world.ts";

const SUBJECT_OF: Partial<Record<Packet["type"], Subject>> = {
  PROPOSAL: "proposal",
  INFORM: "inform",
  COMMIT: "commit",
  ACK: "ack",
};

/** Publishes a packet as libs/transport does: to one peer, or to everybody who listens. */
export function publish(world: World, envelope: Envelope): void {
  const { from, to, packet } = envelope;
  const subject = SUBJECT_OF[packet.type] ?? "peer";
  world.onPublish?.(envelope);
  const message = { type: "zab", envelope } as const;
  if (typeof to === "number") {
    world.network.send(from, to, subject, message);
    return;
  }
  const send = (listener: ServerId) => {
    if (listener !== from) world.network.send(from, listener, subject, message);
  };
  if (to !== "observers") world.voters.forEach(send);
  if (to === "observers" || to === "learners") world.observers.forEach(send);
}
