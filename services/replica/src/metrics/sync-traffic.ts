import { formatZxid, type Packet, type Zxid } from "@meerkat/zab";

/**
 * How learners of this leader, and this replica as a learner, came to the leader's history: seen in
 * the packets that come and go. The last of a transfer is counted, so that each counts once.
 */
export class SyncTraffic {
  /** Sent as leader. */
  diffsSent = 0;
  truncsSent = 0;
  snapsSent = 0;
  /** Taken in as learner. */
  diffsTaken = 0;
  truncsTaken = 0;
  snapsTaken = 0;
  proposalsReceived = 0;
  commitsReceived = 0;
  #txns = 0;
  #truncatedTo: Zxid | undefined;
  #snapshotZxid: Zxid | undefined;

  onSent(packet: Packet): void {
    if (packet.type === "DIFF") {
      if (packet.complete) this.diffsSent += 1;
    } else if (packet.type === "TRUNC") this.truncsSent += 1;
    else if (packet.type === "SNAP" && packet.last) this.snapsSent += 1;
  }

  onReceived(packet: Packet): void {
    switch (packet.type) {
      case "PROPOSAL":
        this.proposalsReceived += 1;
        break;
      case "COMMIT":
        this.commitsReceived += 1;
        break;
      case "DIFF":
        for (const { first, last } of packet.proposals) this.#txns += last - first + 1;
        if (packet.complete) this.diffsTaken += 1;
        break;
      case "TRUNC":
        this.truncsTaken += 1;
        this.#truncatedTo = packet.to;
        break;
      case "SNAP":
        if (packet.last) this.snapsTaken += 1;
        this.#snapshotZxid = packet.zxid;
        break;
    }
  }

  /** How this replica came to what its leader has, in a half sentence; begins anew. */
  takeStory(): string {
    const parts: string[] = [];
    if (this.#truncatedTo !== undefined) {
      parts.push(`TRUNC (everything after ${formatZxid(this.#truncatedTo)} was withdrawn)`);
    }
    if (this.#snapshotZxid !== undefined) {
      parts.push(`SNAP (the leader's snapshot at ${formatZxid(this.#snapshotZxid)})`);
    }
    parts.push(`DIFF (${this.#txns} transactions)`);
    this.#txns = 0;
    this.#truncatedTo = undefined;
    this.#snapshotZxid = undefined;
    return parts.join(", then ");
  }
}
