import type { LoggedTxn } from "./inspect.ts";

/** A change as log and stream both name it: `0x100000002-0 NodeCreated /app`. */
export type NamedChange = string;

const TYPES: Readonly<Record<string, string>> = {
  create: "NodeCreated",
  delete: "NodeDeleted",
  setData: "NodeDataChanged",
  setAcl: "NodeAclChanged",
};

/** Every change of the log, in order. */
export function changesOfLog(log: readonly LoggedTxn[]): readonly NamedChange[] {
  return log.flatMap(({ zxid, body }) => {
    const deleted = (body?.paths ?? []).map((path) => ({ type: "delete", path }));
    const changes = [...(body?.records ?? []), ...deleted].filter(({ type }) => type in TYPES);
    return changes.map(({ type, path }, index) => `${zxid}-${index} ${TYPES[type]} ${path}`);
  });
}

/** Events as a stream gives them back; their message ids say the same as they do themselves. */
export function changesOfStream(
  messages: readonly {
    readonly payload: string;
    readonly headers: Readonly<Record<string, string>>;
  }[],
): readonly NamedChange[] {
  return messages.map(({ payload, headers }) => {
    const { type, path } = JSON.parse(payload) as { readonly type: string; readonly path: string };
    return `${headers["Nats-Msg-Id"]} ${type} ${path}`;
  });
}
