/**
 * A word of a request line. Blanks separate words, quotes keep them together, and inside quotes a
 * backslash writes what cannot stand there: `\n`, `\"`, `\xff` for any byte, `\u{e000}` for any
 * character as UTF-8.
 */
export interface Token {
  /** The name before the first `=`, of a `name=value` word. */
  readonly name?: string;
  /** The value, or the whole word, as one character per byte. */
  readonly latin1: string;
  /** A quoted word is text, whatever it looks like. */
  readonly quoted: boolean;
}

const OPTION_NAME = /^[a-z][A-Za-z]*$/;

/** @throws SyntaxError for a quote that is not closed, or an escape that there is not. */
export function tokensOf(line: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " ") {
      at += 1;
      continue;
    }
    const [token, end] = readToken(line, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

function readToken(line: string, start: number): readonly [Token, number] {
  let name: string | undefined;
  let latin1 = "";
  let quoted = false;
  let at = start;
  while (at < line.length && line[at] !== " ") {
    const character = line[at] ?? "";
    if (character === '"') {
      const [text, end] = readQuoted(line, at + 1);
      latin1 += text;
      quoted = true;
      at = end;
      continue;
    }
    if (character === "=" && name === undefined && !quoted && OPTION_NAME.test(latin1)) {
      name = latin1;
      latin1 = "";
    } else latin1 += utf8(character);
    at += 1;
  }
  return [name === undefined ? { latin1, quoted } : { name, latin1, quoted }, at];
}

/** The text after an opening quote, and where the line goes on after the closing one. */
function readQuoted(line: string, start: number): readonly [string, number] {
  let text = "";
  let at = start;
  while (at < line.length) {
    const character = line[at] ?? "";
    if (character === '"') return [text, at + 1];
    if (character === "\\") {
      const [bytes, end] = readEscape(line, at + 1);
      text += bytes;
      at = end;
    } else {
      const whole = String.fromCodePoint(line.codePointAt(at) ?? 0);
      text += utf8(whole);
      at += whole.length;
    }
  }
  throw new SyntaxError(`a quote is not closed: ${line}`);
}

const ESCAPE = /(?<plain>[nrt0"\\])|x(?<byte>[0-9a-f]{2})|u\{(?<point>[0-9a-f]{1,6})\}/y;
const PLAIN: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0" };

function readEscape(line: string, at: number): readonly [string, number] {
  ESCAPE.lastIndex = at;
  const groups = ESCAPE.exec(line)?.groups;
  if (groups === undefined) throw new SyntaxError(`no such escape: ${line.slice(at - 1)}`);
  const { plain, byte, point } = groups;
  const end = ESCAPE.lastIndex;
  if (plain !== undefined) return [PLAIN[plain] ?? plain, end];
  if (byte !== undefined) return [String.fromCharCode(Number.parseInt(byte, 16)), end];
  return [utf8(String.fromCodePoint(Number.parseInt(point ?? "0", 16))), end];
}

const utf8 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");
