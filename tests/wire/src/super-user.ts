/** Who passes every ACL, on both kinds of server: the secret, and its digest for their configuration. */
export const SUPER_AUTH = "super:secret";
export const SUPER_DIGEST = "super:lK75jTNcA+U9vtVEw5vB51mj/w4=";
