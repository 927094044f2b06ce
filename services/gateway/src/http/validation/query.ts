import type { TSchema } from "typebox";
import { badRequest } from "../errors/problem.ts";

type Texts = Readonly<Record<string, unknown>>;
type Read = (text: string, name: string) => unknown;

/**
 * Makes a function that reads the texts of a query string as the schema's properties want them.
 * Strict: what is not a number stays a text for the schema to refuse. A flag may stand without a value.
 */
export function queryReader(schema: TSchema): (query: Texts) => Record<string, unknown> {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  const readers = new Map(
    Object.entries(properties).map(([name, { type }]) => [name, readerOf(type)]),
  );
  return (query) => {
    const values: Record<string, unknown> = {};
    for (const [name, text] of Object.entries(query)) {
      if (typeof text !== "string") throw givenTwice(name);
      values[name] = (readers.get(name) ?? asText)(text, name);
    }
    return values;
  };
}

function givenTwice(name: string): Error {
  return badRequest(`The query parameter ${name} is given more than once.`, name);
}

function readerOf(type: string | undefined): Read {
  if (type === "integer") return asInteger;
  return type === "boolean" ? asFlag : asText;
}

function asText(text: string): string {
  return text;
}

function asInteger(text: string): unknown {
  return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
}

function asFlag(text: string): unknown {
  if (text === "" || text === "true") return true;
  return text === "false" ? false : text;
}
