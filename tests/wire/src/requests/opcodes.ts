import { OpCode, Xid } from "@meerkat/jute";

const { notification: _, error: __, closeSession, ...asked } = OpCode;

/** What a client asks, by the words of the scripts. */
export const OPCODES = { ...asked, close: closeSession } as const;

export type OpcodeName = keyof typeof OPCODES;

const NAMES = new Map<number, OpcodeName>(
  Object.entries(OPCODES).map(([name, code]) => [code, name as OpcodeName]),
);

export function isOpcodeName(name: string): name is OpcodeName {
  return Object.hasOwn(OPCODES, name);
}

export function opcodeName(code: number): string {
  return NAMES.get(code) ?? `opcode ${code}`;
}

const WRITES: ReadonlySet<number> = new Set([
  OPCODES.create,
  OPCODES.delete,
  OPCODES.setData,
  OPCODES.setACL,
  OPCODES.multi,
  OPCODES.create2,
  OPCODES.reconfig,
  OPCODES.createContainer,
  OPCODES.createTTL,
  OPCODES.close,
]);

/** What becomes a transaction, so that its reply carries a zxid that nobody has seen before. */
export function isWrite(code: number): boolean {
  return WRITES.has(code);
}

/** The xids that mean more than a number. */
export const XIDS = Xid;
