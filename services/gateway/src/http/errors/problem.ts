import { type HttpLimits, LIMIT_VARIABLE } from "../options.ts";

/** RFC 9457 problem details with our members. Everything that is not a success answers one. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  /** ZooKeeper's name of the error. */
  readonly code: string;
  /** What happened, to what, and what to do. */
  readonly detail: string;
  /** Index of the failing operation of a transaction. */
  readonly op?: number;
  /** Which side of a conditional transaction it was in. */
  readonly branch?: "then" | "else";
  /** The znode concerned. */
  readonly path?: string;
  /** Of the transaction that was refused, or of the tree that was read. */
  readonly zxid?: string;
  /** The part of the request that is wrong. */
  readonly field?: string;
  /** The oldest zxid from which a watch can go on. */
  readonly oldestZxid?: string;
  /** Of a write that got no answer: true when it may still be applied. */
  readonly ambiguous?: boolean;
}

export const PROBLEM_TYPE = "application/problem+json";

interface ProblemOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly members?: Partial<Omit<Problem, "title" | "status" | "code" | "detail">>;
}

/** Thrown by a handler to end the request with this problem. */
export class HttpProblem extends Error {
  override readonly name = "HttpProblem";
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.problem = { title: code, status, code, ...options.members, detail };
    this.headers = options.headers ?? {};
  }
}

/** 400: the request is wrong, and `field` names the part of it that is. */
export function badRequest(detail: string, field?: string): HttpProblem {
  return new HttpProblem(
    400,
    "BadArguments",
    detail,
    field === undefined ? {} : { members: { field } },
  );
}

/** 413: what is beyond which limit. */
export function tooLarge(what: string, limit: keyof HttpLimits, maximum: number): HttpProblem {
  const variable = LIMIT_VARIABLE[limit];
  const detail = `${what} and may have ${maximum}. Send less at a time, or raise ${variable}.`;
  return new HttpProblem(413, "BadArguments", detail, { members: { field: variable } });
}
