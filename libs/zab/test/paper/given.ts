import type { Packet } from "../../src/index.ts";
import { Ensemble } from "../harness/ensemble.ts";

/** An ensemble under server 1, epoch 1, with nothing under way. */
export function established(voters: number, observers = 0): Ensemble {
  const ensemble = new Ensemble({ voters, observers });
  ensemble.advise(1);
  for (let i = 0; i < 4; i++) {
    ensemble.run();
    ensemble.tick();
  }
  ensemble.run();
  return ensemble;
}

/** The leader dies; everybody else has noticed. */
export function loseLeader(ensemble: Ensemble, leader: number): void {
  ensemble.crash(leader);
  for (let i = 0; i < 6; i++) ensemble.tick();
  ensemble.network = [];
}

/** The packets of one type that are under way. */
export function packetsOf<T extends Packet["type"]>(
  ensemble: Ensemble,
  type: T,
): Extract<Packet, { type: T }>[] {
  const isWanted = (packet: Packet): packet is Extract<Packet, { type: T }> => packet.type === type;
  return ensemble.network.map(({ envelope }) => envelope.packet).filter(isWanted);
}
