import { type TSchema, Type } from "typebox";

type Headers = Readonly<Record<string, TSchema>>;

/** In every answer of the service. */
const ZXID = {
  "Meerkat-Zxid": Type.String({
    description: "The transaction that was done, or the last one in the state that was read.",
    examples: ["0x100000002"],
  }),
};

export const ETAG: Headers = {
  ETag: Type.String({ description: "The version, in quotes.", examples: ['"3"'] }),
};

export const LOCATION: Headers = {
  Location: Type.String({ description: "URL of what was made.", examples: ["/v1/znodes/app"] }),
};

/** A JSON answer, with the first example of its schema. */
export function answer(description: string, schema: TSchema, headers: Headers = {}) {
  const { examples } = schema as { readonly examples?: readonly unknown[] };
  return {
    description,
    headers: { ...ZXID, ...headers },
    content: { "application/json": { schema, example: examples?.[0] } },
  };
}

/** An answer without a body. */
export function emptyAnswer(description: string, headers: Headers = {}) {
  return { description, type: "null", headers: { ...ZXID, ...headers } };
}
