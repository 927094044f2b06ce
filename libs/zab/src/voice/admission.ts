import type { LearnerRecord } from "../discovery/learner-table.ts";
import type { Members } from "../proposal.ts";
import type { Leadership } from "../role/leadership.ts";

/**
 * The map that the next admission should hold: the founders at first, later the members in force
 * with one new store. Undefined when there is nothing to admit, or an admission is not committed
 * yet: they come one after the other, each committed by those whom the one before admitted.
 */
export function nextAdmission(leadership: Leadership): Members | undefined {
  const { core, learners } = leadership;
  const { inForce } = core.history.admissions;
  if (inForce === undefined) return core.electorate.founders;
  if (inForce.zxid > core.history.committed) return undefined;
  const newcomer = learners.all().find((record) => isNewcomer(leadership, record));
  if (newcomer === undefined) return undefined;
  return new Map(inForce.members).set(newcomer.id, newcomer.storeId);
}

/** It is synchronised, but another data folder speaks for it, or none. */
function isNewcomer(leadership: Leadership, record: LearnerRecord): boolean {
  if (!record.acknowledged) return false;
  return !leadership.core.electorate.isInForce(record.id, record.storeId);
}
