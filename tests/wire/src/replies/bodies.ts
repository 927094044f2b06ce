import { OPCODES, opcodeName } from "../requests/opcodes.ts";
import { errorName } from "./error-names.ts";
import { type Fields, quoted } from "./fields.ts";
import { readStat, type StatOptions } from "./stat.ts";
import type { Symbols } from "./symbols.ts";

/** What a reply's body depends on besides its opcode. */
export interface BodyContext extends StatOptions {
  readonly fields: Fields;
  readonly symbols: Symbols;
}

type BodyReader = (context: BodyContext) => string;

/** `server.1=…` lines and a version: the addresses are the deployment's own. */
const CONFIG_TEXT = /^(server\.\d+=\S+\n)*version=[0-9a-f]+$/;

const nothing: BodyReader = () => "";
const path: BodyReader = ({ fields }) => fields.text();
const stat: BodyReader = (context) => readStat(context.fields, context.symbols, context);
const pathAndStat: BodyReader = (context) => `${path(context)} ${stat(context)}`;
const number: BodyReader = ({ fields }) => String(fields.int());

const data: BodyReader = ({ fields, isConfig }) => {
  const isText = (bytes: Uint8Array) => isConfig && CONFIG_TEXT.test(Buffer.from(bytes).toString());
  let name: string | undefined;
  const bytes = fields.bytes((value) => {
    if (isText(value)) name = "config";
    return name;
  });
  return name ?? quoted(bytes);
};

const dataAndStat: BodyReader = (context) => `${data(context)} ${stat(context)}`;

const names: BodyReader = ({ fields }) => `[${fields.unordered(() => fields.text()).join(" ")}]`;

const aclAndStat: BodyReader = (context) => {
  const { fields } = context;
  const entries = fields.list(() => `${fields.int()}:${fields.text()}:${fields.text()}`);
  return `[${entries.join(" ")}] ${stat(context)}`;
};

const credentials: BodyReader = ({ fields }) => {
  const entries = fields.unordered(() => `${fields.text()}:${fields.text()}`);
  return `[${entries.join(" ")}]`;
};

const MULTI_END = -1;

/** Results behind their headers, up to the one that says done. */
const results: BodyReader = (context) => {
  const { fields } = context;
  const said: string[] = [];
  for (;;) {
    const type = fields.int();
    const done = fields.byte();
    const err = fields.int();
    if (done !== 0) return `{ ${said.join(" ; ")} }`;
    if (type === MULTI_END) {
      said.push(`error ${errorName(fields.int())}`);
      continue;
    }
    const body = BODIES[type] ?? nothing;
    const problem = err === 0 ? "" : ` err=${errorName(err)}`;
    said.push(`${opcodeName(type)}${problem} ${body(context)}`.trim());
  }
};

/** The response record of each opcode that has one. */
export const BODIES: Readonly<Record<number, BodyReader>> = {
  [OPCODES.create]: path,
  [OPCODES.exists]: stat,
  [OPCODES.getData]: dataAndStat,
  [OPCODES.setData]: stat,
  [OPCODES.getACL]: aclAndStat,
  [OPCODES.setACL]: stat,
  [OPCODES.getChildren]: names,
  [OPCODES.sync]: path,
  [OPCODES.getChildren2]: (context) => `${names(context)} ${stat(context)}`,
  [OPCODES.multi]: results,
  [OPCODES.create2]: pathAndStat,
  [OPCODES.reconfig]: dataAndStat,
  [OPCODES.createContainer]: pathAndStat,
  [OPCODES.createTTL]: pathAndStat,
  [OPCODES.multiRead]: results,
  [OPCODES.sasl]: ({ fields }) => quoted(fields.bytes()),
  [OPCODES.getEphemerals]: names,
  [OPCODES.getAllChildrenNumber]: number,
  [OPCODES.addWatch]: number,
  [OPCODES.whoAmI]: credentials,
};

export function readBody(opcode: number, context: BodyContext): string {
  return (BODIES[opcode] ?? nothing)(context);
}
