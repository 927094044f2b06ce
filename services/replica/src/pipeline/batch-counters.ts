import { BYTES, COUNTS, Histogram, MILLISECONDS } from "@meerkat/telemetry/metrics";
import type { Proposal } from "@meerkat/zab";

/** What went through this replica since its start, counted once per batch. */
export class BatchCounters {
  /** Of the batches that this replica proposed as leader. */
  readonly proposalTxns = new Histogram(COUNTS);
  readonly proposalBytes = new Histogram(BYTES);
  lastProposalBytes = 0;
  proposalBytesMin = 0;
  proposalBytesMax = 0;
  /** From the proposal to the acknowledgement by a quorum. */
  readonly quorumAckMs = new Histogram(MILLISECONDS);
  /** Committed and brought into the tree, whoever led. */
  deliveredBatches = 0;
  deliveredTxns = 0;

  onProposed({ first, last, payload }: Proposal): void {
    const bytes = payload.byteLength;
    this.proposalTxns.add(last - first + 1);
    this.proposalBytes.add(bytes);
    this.lastProposalBytes = bytes;
    if (bytes > this.proposalBytesMax) this.proposalBytesMax = bytes;
    if (bytes < this.proposalBytesMin || this.proposalBytesMin === 0) this.proposalBytesMin = bytes;
  }

  onDelivered({ first, last }: Proposal): void {
    this.deliveredBatches += 1;
    this.deliveredTxns += last - first + 1;
  }
}
