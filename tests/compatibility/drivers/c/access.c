#include <string.h>

#include "driver.h"

static volatile int auth_code = 1;

static void auth_done(int code, const void *of) {
  (void)of;
  auth_code = code;
}

static int has_answer(void *of) {
  (void)of;
  return auth_code != 1;
}

static int authenticate(zhandle_t *zh, const char *scheme, const char *credential) {
  auth_code = 1;
  zoo_add_auth(zh, scheme, credential, (int)strlen(credential), auth_done, NULL);
  until(has_answer, NULL);
  return auth_code;
}

static int is_refused(void *of) {
  struct context *c = of;
  return zoo_create(c->zh, below(c, "/n/x"), "", 0, &ZOO_OPEN_ACL_UNSAFE, ZOO_SEQUENCE, NULL, 0) == ZNOAUTH;
}

static void acl(struct context *c) {
  struct ACL_vector got;
  struct Stat stat;
  struct ACL one = {.perms = ZOO_PERM_ALL};
  struct ACL_vector made = {1, &one};
  static const char *const bad[][2] = {{"world", "all"}, {"none", "x"}, {"super", ""}, {"digest", "x"}, {"ip", "1.2.3"}, {"ip", "1.2.3.4/33"}};
  char step[128];
  step_acl(c, "missing", zoo_get_acl(c->zh, below(c, "/n"), &got, &stat), &got);
  zoo_create(c->zh, below(c, "/n"), "x", 1, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0);
  step_acl(c, "default", zoo_get_acl(c->zh, below(c, "/n"), &got, &stat), &got);
  for (int i = 0; i < 6; i += 1) {
    one.id.scheme = (char *)bad[i][0];
    one.id.id = (char *)bad[i][1];
    snprintf(step, sizeof step, "%s %s", bad[i][0], bad[i][1]);
    step_code(c, step, zoo_set_acl(c->zh, below(c, "/n"), -1, &made));
  }
  step_code(c, "wrong version", zoo_set_acl(c->zh, below(c, "/n"), 4, &ZOO_READ_ACL_UNSAFE));
  step_code(c, "auth without any", zoo_set_acl(c->zh, below(c, "/n"), -1, &ZOO_CREATOR_ALL_ACL));
  step_code(c, "set", zoo_set_acl(c->zh, below(c, "/n"), 0, &ZOO_READ_ACL_UNSAFE));
  /* ZooKeeper's leader checks by what it has applied, which may be less than what was acknowledged. */
  step_number(c, "not allowed any more", until(is_refused, c));
  step_acl(c, "get", zoo_get_acl(c->zh, below(c, "/n"), &got, &stat), &got);
  step_number(c, "its version", stat.aversion);
}

static void digest(struct context *c) {
  char buffer[64] = "";
  int length = sizeof buffer;
  struct ACL_vector got;
  struct Stat stat;
  zhandle_t *mine = connect_to(c, c->hosts, TIMEOUT_MS);
  step_code(c, "auth", authenticate(mine, "digest", "me:secret"));
  step_code(c, "create", zoo_create(mine, below(c, "/mine"), "x", 1, &ZOO_CREATOR_ALL_ACL, 0, NULL, 0));
  step_acl(c, "acl", zoo_get_acl(mine, below(c, "/mine"), &got, &stat), &got);
  sync_now(c->zh, c->root);
  step_code(c, "others", zoo_get(c->zh, below(c, "/mine"), 0, buffer, &length, &stat));
  step_code(c, "with it", authenticate(c->zh, "digest", "me:secret"));
  length = sizeof buffer;
  step_code(c, "they read", zoo_get(c->zh, below(c, "/mine"), 0, buffer, &length, &stat));
}

static void auth_failure(struct context *c) {
  struct Stat stat;
  zhandle_t *other = connect_to(c, c->hosts, TIMEOUT_MS);
  step_code(c, "unknown scheme", authenticate(other, "nothing", "x"));
  step_code(c, "calls", zoo_exists(other, "/", 0, &stat));
  step_number(c, "is beyond recovery", is_unrecoverable(other) != ZOK);
}

const struct scenario ACCESS[] = {{"acl", acl, 0}, {"acl-digest", digest, 0}, {"auth-failure", auth_failure, 0}, {NULL, NULL, 0}};
