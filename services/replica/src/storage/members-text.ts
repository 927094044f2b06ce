import type { Members, ServerId, StoreId } from "@meerkat/zab";

/** Members as they stand in a row: `[[serverId, storeId], …]`. */
export function encodeMembersText(members: Members): string {
  return JSON.stringify([...members]);
}

export function decodeMembersText(text: string): Members {
  return new Map(JSON.parse(text) as readonly (readonly [ServerId, StoreId])[]);
}
