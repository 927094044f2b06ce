/** ZooKeeper's CreateMode flags, as they stand in requests. */
export const CreateMode = {
  PERSISTENT: 0,
  EPHEMERAL: 1,
  PERSISTENT_SEQUENTIAL: 2,
  EPHEMERAL_SEQUENTIAL: 3,
  CONTAINER: 4,
  PERSISTENT_WITH_TTL: 5,
  PERSISTENT_SEQUENTIAL_WITH_TTL: 6,
} as const;
export type CreateMode = (typeof CreateMode)[keyof typeof CreateMode];

export interface CreateModeTraits {
  readonly kind: "persistent" | "ephemeral" | "container" | "ttl";
  readonly sequential: boolean;
}

const TRAITS: readonly CreateModeTraits[] = [
  { kind: "persistent", sequential: false },
  { kind: "ephemeral", sequential: false },
  { kind: "persistent", sequential: true },
  { kind: "ephemeral", sequential: true },
  { kind: "container", sequential: false },
  { kind: "ttl", sequential: false },
  { kind: "ttl", sequential: true },
];

/** What a mode means; undefined for flags that ZooKeeper does not know. */
export function traitsOf(flags: number): CreateModeTraits | undefined {
  return TRAITS[flags];
}
