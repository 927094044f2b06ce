import { Type } from "typebox";

/** Objects of requests refuse fields that nobody will read: a misspelt one would be silently lost. */
export const CLOSED = { additionalProperties: false } as const;

export const INT32_MIN = -(2 ** 31);
export const INT32_MAX = 2 ** 31 - 1;
/** The longest TTL that ZooKeeper can store, in ms: 2^40 - 1. */
export const TTL_MS_MAX = 2 ** 40 - 1;

export const ZxidText = Type.String({
  pattern: "^0x[0-9a-f]{1,16}$",
  description: "A zxid, in hexadecimal as ZooKeeper prints it.",
  examples: ["0x100000002"],
});

export const Version = Type.Integer({
  minimum: INT32_MIN,
  maximum: INT32_MAX,
  description: "The version that the znode must have; -1 matches any.",
  examples: [3],
});

export const TtlMs = Type.Integer({
  minimum: 1,
  maximum: TTL_MS_MAX,
  description: "How long a childless ttl znode may stay unchanged before it is deleted, in ms.",
  examples: [60000],
});

export const ZnodePath = Type.String({
  description: "Absolute path of a znode.",
  examples: ["/app/config"],
});

/** The data of a znode stands in one of two fields; `data` null is ZooKeeper's null. */
export const DATA_FIELDS = {
  data: Type.Optional(
    Type.Unsafe<string | null>({
      type: ["string", "null"],
      description: "The data as text (UTF-8), null if the znode has none.",
      examples: ["hello"],
    }),
  ),
  dataBase64: Type.Optional(
    Type.String({
      description: "The data in base64 (RFC 4648, with padding), for what is not UTF-8 text.",
      examples: ["/wD+"],
    }),
  ),
};

/** How data stands in JSON, in both directions: at most one of the fields. */
export interface DataFields {
  readonly data?: string | null;
  readonly dataBase64?: string;
}

/** For documentation: the tail of the URL, see path.ts for how it is read. */
export const PathParams = Type.Object({
  path: Type.String({
    description:
      "Path of the znode without its first slash, percent-encoded; the slashes between names " +
      "stay as they are. Empty for the root.",
    examples: ["app/config"],
  }),
});

/** Request headers of every read; credentials and the session's token stand as security schemes. */
export const ReadHeaders = {
  "meerkat-zxid": Type.Optional(
    Type.String({
      description: "A zxid that the client has seen: the answer is never older than it.",
      examples: ["0x100000002"],
    }),
  ),
};

/** Request headers of every write. */
export const WriteHeaders = {
  "idempotency-key": Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        "1 to 255 printable ASCII characters. A repeated request with the same key is not " +
        "applied again; it gets the answer of the first.",
      examples: ["4f1c3e9a"],
    }),
  ),
};

export const Consistency = Type.Optional(
  Type.Union([Type.Literal("sequential"), Type.Literal("linearizable"), Type.Literal("local")], {
    description:
      "sequential (the default): this gateway's state, refused when it is cut off. " +
      "linearizable: nothing acknowledged anywhere before the request is missing. " +
      "local: whatever this gateway has, also when it is cut off.",
    examples: ["linearizable"],
  }),
);
