import type { Problem } from "../errors/problem.ts";

interface ProblemDocs {
  readonly description: string;
  readonly example: Problem;
}

const PROBLEMS: Readonly<Record<number, ProblemDocs>> = {
  400: {
    description: "The request is wrong; `field` names the part that is.",
    example: {
      title: "BadArguments",
      status: 400,
      code: "BadArguments",
      field: "version",
      detail: "The query parameter version must be a whole number.",
    },
  },
  401: {
    description: "Credentials or the session's token are missing or not accepted.",
    example: {
      title: "NoAuth",
      status: 401,
      code: "NoAuth",
      path: "/app",
      zxid: "0x100000002",
      detail:
        "This needs READ on /app, and the ACL does not give that to the credentials of the " +
        "request. Send Authorization: Basic with a user whom the ACL names.",
    },
  },
  403: {
    description: "The ACL does not allow this to these credentials.",
    example: {
      title: "NoAuth",
      status: 403,
      code: "NoAuth",
      path: "/app",
      zxid: "0x100000002",
      detail:
        "This needs READ on /app, and the ACL does not give that to the credentials of the " +
        "request. Send Authorization: Basic with a user whom the ACL names.",
    },
  },
  404: {
    description: "There is no such znode.",
    example: {
      title: "NoNode",
      status: 404,
      code: "NoNode",
      path: "/app",
      zxid: "0x100000002",
      detail: "There is no znode /app.",
    },
  },
  409: {
    description: "The tree's state does not allow this: NodeExists, NotEmpty and others.",
    example: {
      title: "NodeExists",
      status: 409,
      code: "NodeExists",
      path: "/app",
      zxid: "0x100000003",
      detail: "/app exists already. Set its data instead, or create it only if it does not exist.",
    },
  },
  410: {
    description: "What is asked for is not kept any more; `oldestZxid` says from where on it is.",
    example: {
      title: "Gone",
      status: 410,
      code: "Gone",
      oldestZxid: "0x100000009",
      detail:
        "What happened behind 0x100000002 is not kept that far back: the oldest zxid to go on from is " +
        "0x100000009. Read the znodes anew, and watch from the Meerkat-Zxid of that answer.",
    },
  },
  412: {
    description: "BadVersion, or NodeExists where If-None-Match: * was sent.",
    example: {
      title: "BadVersion",
      status: 412,
      code: "BadVersion",
      path: "/app",
      zxid: "0x100000003",
      detail: "/app is not at the expected version: it was changed. Read it again and decide anew.",
    },
  },
  413: {
    description: "Beyond a limit; `field` names it.",
    example: {
      title: "BadArguments",
      status: 413,
      code: "BadArguments",
      field: "MEERKAT_HTTP_BODY_BYTES_MAX",
      detail:
        "The body has more bytes and may have 2097152. Send less at a time, or raise " +
        "MEERKAT_HTTP_BODY_BYTES_MAX.",
    },
  },
  415: {
    description: "The route takes application/json.",
    example: {
      title: "BadArguments",
      status: 415,
      code: "BadArguments",
      field: "Content-Type",
      detail: "This route takes application/json, not text/plain.",
    },
  },
  503: {
    description: "Not now. `Retry-After` says when to try again.",
    example: {
      title: "ConnectionLoss",
      status: 503,
      code: "ConnectionLoss",
      ambiguous: false,
      detail: "No leader is established. Nothing was done: try again.",
    },
  },
};

/** The problems of a route for its documentation, each with an example. */
export function problemResponses(statuses: readonly number[]): Record<number, object> {
  return Object.fromEntries(statuses.map((status) => [status, responseOf(PROBLEMS[status])]));
}

function responseOf(docs: ProblemDocs | undefined): object {
  if (docs === undefined) throw new RangeError("a status without a description of its problem");
  const { description, example } = docs;
  const media = { schema: { $ref: "Problem#" }, example };
  return { description, content: { "application/problem+json": media } };
}
