/** Splits a line at blanks; `"…"` keeps blanks together and loses its quotes, `name="a b"` too. */
export function tokenize(line: string): string[] {
  const tokens: string[] = [];
  for (const match of line.matchAll(/(?:"[^"]*"|[^\s"])+/g)) {
    tokens.push(match[0].replaceAll('"', ""));
  }
  return tokens;
}

/** Reads the `name=value` tokens; the others are left aside. */
export function optionsOf(tokens: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const token of tokens) {
    const at = token.indexOf("=");
    if (at > 0) options.set(token.slice(0, at), token.slice(at + 1));
  }
  return options;
}
