/** Every 401 says what would help: a user's password for ACLs. Browsers and libraries know this one. */
export const CHALLENGE = { "www-authenticate": 'Basic realm="meerkat", charset="UTF-8"' };

/** Or the token of a session that lives. */
export const SESSION_CHALLENGE = { "www-authenticate": 'Meerkat-Session realm="meerkat"' };
