import { readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(import.meta.dirname, "..");

/** The users of an ensemble's account; each of our processes is one of the first three. */
export const ROLES = ["replica", "elector", "gateway", "watcher"] as const;
export type Role = (typeof ROLES)[number];

/** Accounts and roles as the servers of docker-compose.yml have them, as text for the configuration of another server. */
export function accessConfiguration(): string {
  return read("accounts.conf").replace('include "roles.conf"', () => read("roles.conf"));
}

const read = (name: string): string => readFileSync(join(FOLDER, name), "utf8");

/** From this variable the server has a role's password; its value must be in quotes. */
export function passwordVariable(role: Role): string {
  return `MEERKAT_NATS_${role.toUpperCase()}_PASSWORD`;
}

/** What makes a process of ours act in this role. */
export function roleEnvironment(role: Role, password: string): Record<string, string> {
  return {
    MEERKAT_NATS_USER: role,
    MEERKAT_NATS_PASSWORD: password,
    MEERKAT_NATS_INBOX_PREFIX: `_INBOX_${role}`,
  };
}
