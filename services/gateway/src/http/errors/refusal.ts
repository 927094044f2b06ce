import { pathProblem, type ResultName, resultName, type TxnResult } from "@meerkat/tree";
import { formatHex } from "../convert/zxid-text.ts";
import { CHALLENGE, SESSION_CHALLENGE } from "./challenges.ts";
import { HTTP_STATUS, PROBLEM_CODE, statusInTransaction } from "./http-status.ts";
import { HttpProblem, type Problem } from "./problem.ts";
import { type Deed, explainRefusal } from "./refusal-sentences.ts";

/** What the tree refused: its own error, or a look of ours at it (tree-view.ts). */
export type Refusal = Pick<Extract<TxnResult, { type: "error" }>, "code" | "path" | "zxid">;

/** How the request is to be spoken of. */
export interface RefusedRequest {
  /** What failed was to do this. */
  readonly deed: Deed;
  /** It came with a digest credential; otherwise sending one may help. */
  readonly authenticated: boolean;
  /** Given for POST /v1/transactions only. */
  readonly transaction?: FailedPart;
}

/** Which part of a transaction was refused; neither for a refusal of the whole. */
export interface FailedPart {
  readonly op?: number;
  readonly branch?: "then" | "else";
  readonly condition?: number;
}

/** The tree's refusal as a problem, with the status that people expect for it. */
export function refusalProblem(refusal: Refusal, request: RefusedRequest): HttpProblem {
  const { path, zxid } = refusal;
  const { transaction } = request;
  // A refusal without a path is about the request as a whole.
  const deed = path === "" && transaction?.op === undefined ? "request" : request.deed;
  const badPath = pathProblem(path);
  // ZooKeeper looks for the parent first; a path with an empty component has none.
  const isMalformed = badPath !== undefined && !isNameToBe(path);
  const said = resultName(refusal.code);
  const name = said === "NONODE" && isMalformed ? "BADARGUMENTS" : said;
  const usual = transaction === undefined ? HTTP_STATUS[name] : statusInTransaction(name);
  const status = name === "NOAUTH" && !request.authenticated ? 401 : usual;
  const sentence = explainRefusal(name, deed, path, badPath);
  const members: Partial<Problem> = {
    ...membersOf(transaction),
    ...(path === "" ? {} : { path }),
    zxid: formatHex(zxid),
  };
  return new HttpProblem(status, PROBLEM_CODE[name], `${preambleOf(transaction)}${sentence}`, {
    headers: challengeFor(status, name),
    members,
  });
}

function challengeFor(status: number, name: ResultName): Readonly<Record<string, string>> {
  if (status !== 401) return {};
  return name === "SESSIONEXPIRED" ? SESSION_CHALLENGE : CHALLENGE;
}

/** `path/`, which a sequential create may ask for. */
function isNameToBe(path: string): boolean {
  return path.endsWith("/") && pathProblem(path.slice(0, -1)) === undefined;
}

function membersOf(part: FailedPart | undefined): Partial<Problem> {
  if (part?.condition !== undefined) return { field: `if[${part.condition}]` };
  if (part?.op === undefined) return {};
  return part.branch === undefined ? { op: part.op } : { op: part.op, branch: part.branch };
}

function preambleOf(part: FailedPart | undefined): string {
  if (part?.condition !== undefined) return `Condition ${part.condition} cannot be judged. `;
  if (part?.op === undefined) return "";
  const place = part.branch === undefined ? "" : ` of ${part.branch}`;
  return `Operation ${part.op}${place} was refused, and with it the whole transaction. `;
}
