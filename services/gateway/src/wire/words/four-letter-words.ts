import { cons, crst, dump } from "./connection-words.ts";
import { envi } from "./environment.ts";
import type { Facts } from "./facts.ts";
import { mntr } from "./monitor.ts";
import { conf, dirs, gtmk, hash, isro, ruok, srst, srvr, stat } from "./server-words.ts";
import { wchc, wchp, wchs } from "./watch-words.ts";

type Word = (facts: Facts) => string;

/** Every word that is answered, and what with. */
const WORDS = {
  ruok,
  srvr,
  stat,
  mntr,
  conf,
  cons,
  crst,
  srst,
  envi,
  dump,
  wchs,
  wchc,
  wchp,
  isro,
  dirs,
  hash,
  gtmk,
} satisfies Readonly<Record<string, Word>>;
export type WordName = keyof typeof WORDS;

export const WORD_NAMES = Object.keys(WORDS) as readonly WordName[];

/** They change nothing and cost the same however large the tree is and however many its watches. */
export const HARMLESS_WORDS: readonly WordName[] = [
  ...(["ruok", "srvr", "stat", "mntr", "conf", "cons", "envi"] as const),
  ...(["isro", "dirs", "hash", "gtmk"] as const),
];

/** These say something also where nobody leads. */
const ALWAYS: ReadonlySet<string> = new Set([
  "ruok",
  "isro",
  "conf",
  "envi",
  "gtmk",
  "dirs",
  "mntr",
]);
const NOT_SERVING = "This ZooKeeper instance is not currently serving requests\n";

/** The words of operators on the client port: four letters in place of a frame's length. */
export class FourLetterWords {
  readonly #names: ReadonlyMap<number, WordName>;
  readonly #allowed: ReadonlySet<WordName>;
  readonly #facts: () => Facts;

  constructor(allowed: readonly WordName[], facts: () => Facts) {
    this.#names = new Map(WORD_NAMES.map((name) => [Buffer.from(name).readInt32BE(0), name]));
    this.#allowed = new Set(allowed);
    this.#facts = facts;
  }

  /** What to answer to these four bytes; undefined when they are no word. */
  answer(first: number): string | undefined {
    const name = this.#names.get(first);
    if (name === undefined) return undefined;
    if (!this.#allowed.has(name)) {
      return `${name} is not executed because it is not in the whitelist.\n`;
    }
    const facts = this.#facts();
    if (!facts.coordination.isServing && !ALWAYS.has(name)) return NOT_SERVING;
    return WORDS[name](facts);
  }
}
