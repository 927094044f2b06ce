import { type Token, tokensOf } from "./tokens.ts";

/** What one operation is called and given: a verb, words, and `name=value` options. */
export interface Call {
  readonly verb: string;
  readonly args: readonly Token[];
  readonly options: ReadonlyMap<string, Token>;
}

/**
 * One request line:
 *
 *     A   create /a data="x" flags=1
 *     A+  multi create /a ; delete /b version=3
 *
 * The `+` keeps the bytes back until the next line of this connection without one, so that several
 * frames leave in one write.
 */
export interface Line extends Call {
  readonly connection: string;
  readonly held: boolean;
  /** What stands between the semicolons of a multi; `options` are those before its first verb. */
  readonly parts: readonly Call[];
}

/** @throws SyntaxError */
export function parseLine(text: string): Line {
  const [first, ...words] = tokensOf(text);
  const [, connection, plus] = /^([A-Z][A-Za-z0-9]*)(\+?)$/.exec(first?.latin1 ?? "") ?? [];
  const [verb, ...rest] = words;
  if (connection === undefined || verb === undefined) {
    throw new SyntaxError(`a line is a connection, a verb and what it is given: ${text}`);
  }
  const held = plus === "+";
  const call = callOf(verb.latin1, rest);
  if (verb.latin1 !== "multi" && verb.latin1 !== "multiRead") {
    return { connection, held, ...call, parts: [] };
  }
  const start = rest.findIndex(({ name }) => name === undefined);
  const own = start < 0 ? rest : rest.slice(0, start);
  const parts = start < 0 ? [] : split(rest.slice(start));
  return { connection, held, ...callOf(verb.latin1, own), parts };
}

function callOf(verb: string, words: readonly Token[]): Call {
  const options = new Map<string, Token>();
  const args: Token[] = [];
  for (const word of words) {
    if (word.name === undefined) args.push(word);
    else options.set(word.name, word);
  }
  return { verb, args, options };
}

function split(words: readonly Token[]): readonly Call[] {
  const parts: Token[][] = [[]];
  for (const word of words) {
    if (word.latin1 === ";" && !word.quoted) parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts.map(([verb, ...rest]) => {
    if (verb === undefined) throw new SyntaxError("nothing between two semicolons");
    return callOf(verb.latin1, rest);
  });
}
