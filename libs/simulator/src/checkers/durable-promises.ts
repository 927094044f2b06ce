import { type Envelope, epochOf, formatZxid } from "@meerkat/zab";
import { type Image, lastZxidOf } from "../image.ts";
import { Violation } from "../violation.ts";
import type { Checker } from "./checker.ts";

/**
 * DurablePromises: no packet promises what is not on disk at that moment. ACKEPOCH promises the
 * epoch, ACK the history up to its zxid and the epoch it belongs to.
 */
export class DurablePromises implements Checker {
  sent({ from, packet }: Envelope, image: Image | undefined): void {
    if (image === undefined) return;
    if (packet.type === "ACKEPOCH" && packet.epoch > image.hardState.acceptedEpoch) {
      const claim = `server ${from} accepts epoch ${packet.epoch}`;
      throw new Violation(
        "DurablePromises",
        `${claim} with acceptedEpoch ${image.hardState.acceptedEpoch} on disk`,
      );
    }
    if (packet.type !== "ACK") return;
    if (epochOf(packet.zxid) > image.hardState.currentEpoch) {
      const claim = `server ${from} acknowledges ${formatZxid(packet.zxid)}`;
      throw new Violation(
        "DurablePromises",
        `${claim} with currentEpoch ${image.hardState.currentEpoch} on disk`,
      );
    }
    // Counter 0 acknowledges NEWLEADER: the history it is about ends in an earlier epoch.
    if (packet.zxid % 2 ** 32 === 0 || packet.zxid <= lastZxidOf(image)) return;
    const claim = `server ${from} acknowledges ${formatZxid(packet.zxid)}`;
    throw new Violation(
      "DurablePromises",
      `${claim} with a history up to ${formatZxid(lastZxidOf(image))} on disk`,
    );
  }
}
