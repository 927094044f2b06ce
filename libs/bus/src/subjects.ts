import { InvalidSubject } from "./errors.ts";

/**
 * The one grammar of subjects. `R` is the root (meerkat), `E` the ensemble; both are
 * configurable, so that several ensembles share a NATS system.
 *
 *   subject                           from → to                          carries
 *   ───────────────────────────────── ────────────────────────────────── ──────────────────────────────
 *   R.E.zab.proposal                  leader → followers                 PROPOSAL batches
 *   R.E.zab.inform                    leader → observers                 INFORM: batches, once committed
 *   R.E.zab.commit                    leader → learners                  COMMIT watermark, heartbeat
 *   R.E.zab.ack                       followers → leader                 ACK watermark
 *   R.E.zab.peer.<server id>          voter → one peer                   discovery, synchronization
 *   R.E.zab.observer.<server id>      observer → its leader              the same, the observer's part
 *   R.E.election.vote                 elector → electors                 notifications
 *   R.E.election.replica.<id>.state   replica → its elector              its state
 *   R.E.election.replica.<id>.advice  elector → its replica              whom to follow
 *   R.E.election.replica.<id>.ask     elector → its replica              that it report its state
 *   R.E.request.<epoch>               gateway → leader of that epoch     batches of requests, ticks
 *   R.E.gateway.<incarnation>         leader → one gateway               resend, welcome, barriers
 *   R.E.report                        replica, gateway → anyone          what /v1/cluster shows
 *   R.E.watch.<path tokens>           leader → anyone                    change events (libs/watch-events)
 *
 * Who may publish and subscribe to what is given to roles (infra/nats/roles.conf). So a subject has
 * publishers of one role; reports alone come from two.
 */
export class Subjects {
  readonly prefix: string;
  readonly zabProposal: string;
  readonly zabCommit: string;
  readonly zabInform: string;
  readonly zabAck: string;
  readonly electionVote: string;
  readonly report: string;
  /** Everything of this ensemble; for people who listen in. */
  readonly all: string;

  /** @throws InvalidSubject when root or ensemble is not one plain token */
  constructor(names: { readonly root: string; readonly ensemble: string }) {
    requireToken("root", names.root);
    requireToken("ensemble", names.ensemble);
    this.prefix = `${names.root}.${names.ensemble}`;
    this.zabProposal = `${this.prefix}.zab.proposal`;
    this.zabCommit = `${this.prefix}.zab.commit`;
    this.zabInform = `${this.prefix}.zab.inform`;
    this.zabAck = `${this.prefix}.zab.ack`;
    this.electionVote = `${this.prefix}.election.vote`;
    this.report = `${this.prefix}.report`;
    this.all = `${this.prefix}.>`;
  }

  zabPeer(serverId: number): string {
    return `${this.prefix}.zab.peer.${numberToken("server id", serverId)}`;
  }

  zabObserver(serverId: number): string {
    return `${this.prefix}.zab.observer.${numberToken("server id", serverId)}`;
  }

  electionState(serverId: number): string {
    return `${this.prefix}.election.replica.${numberToken("server id", serverId)}.state`;
  }

  electionAdvice(serverId: number): string {
    return `${this.prefix}.election.replica.${numberToken("server id", serverId)}.advice`;
  }

  electionAsk(serverId: number): string {
    return `${this.prefix}.election.replica.${numberToken("server id", serverId)}.ask`;
  }

  request(epoch: number): string {
    return `${this.prefix}.request.${numberToken("epoch", epoch)}`;
  }

  gateway(incarnation: number): string {
    return `${this.prefix}.gateway.${numberToken("incarnation", incarnation)}`;
  }
}

export const SUBJECT_ROOT_DEFAULT = "meerkat";

const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;

/** A root or an ensemble name: one token that NATS, file names and people all read the same way. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

function requireToken(what: string, token: string): void {
  if (isToken(token)) return;
  throw new InvalidSubject(
    `The ${what} "${token}" must be 1 to 64 letters, digits, "-" or "_": it is one token of a NATS subject.`,
  );
}

function numberToken(what: string, value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new InvalidSubject(`${value} is no ${what}: a subject needs a whole number from 0.`);
}
