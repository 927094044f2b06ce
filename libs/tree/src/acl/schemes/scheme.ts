/**
 * How one authentication scheme reads ids. What a client may claim is decided at the door, which
 * turns a proven identity into a credential; here credentials are only compared with ACL entries.
 */
export interface Scheme {
  readonly name: string;
  /** Its credentials stand for a proven identity, so that `auth` in an ACL expands to them. */
  readonly authenticates: boolean;
  /** Whether this id may stand in an ACL. */
  accepts(id: string): boolean;
  /** Whether the holder of the credential is meant by the ACL entry's id. */
  matches(credential: string, id: string): boolean;
}
