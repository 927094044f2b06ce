/** ZooKeeper's numbers for what a client asks. */
export const OPCODES = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  createSession: -10,
  close: -11,
} as const;

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
export const XIDS = { notification: -1, ping: -2, auth: -4 } as const;
