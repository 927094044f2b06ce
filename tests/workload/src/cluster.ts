import type { Client, ClusterServer } from "./client.ts";

/** A server that was not heard of for so long does not count as being there. */
const FRESH_MS = 3_000;

/** Name of the replica that leads, if one does. A stopped leader's last word still says that it does. */
export async function leaderOf(client: Client): Promise<string | undefined> {
  const { servers } = await client.cluster();
  const leaders = servers.filter(({ role, established }) => role === "LEADING" && established);
  return leaders.sort((a, b) => b.epoch - a.epoch)[0]?.name;
}

/** Those that take part and were heard of lately. */
export async function presentServers(client: Client): Promise<readonly ClusterServer[]> {
  const { servers } = await client.cluster();
  return servers.filter(({ ageMs, established }) => ageMs < FRESH_MS && established);
}

export interface Agreement {
  readonly zxid: string;
  /** One, if all is well. */
  readonly digests: ReadonlySet<string>;
}

/** What all servers have applied; undefined while they have not applied the same. */
export async function agreementOf(client: Client, count: number): Promise<Agreement | undefined> {
  const { servers } = await client.cluster();
  const fresh = servers.filter(({ ageMs }) => ageMs < FRESH_MS);
  const zxids = new Set(fresh.map(({ appliedZxid }) => appliedZxid));
  const [zxid] = zxids;
  if (fresh.length !== count || zxids.size !== 1 || zxid === undefined) return undefined;
  return { zxid, digests: new Set(fresh.map(({ digest }) => digest)) };
}
