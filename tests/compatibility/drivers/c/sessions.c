#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "driver.h"

static struct ACL_vector *open_acl = &ZOO_OPEN_ACL_UNSAFE;

static void timeouts(struct context *c) {
  static const int asked[] = {1000, 4000, 12345, 100000};
  char step[64];
  for (int i = 0; i < 4; i += 1) {
    snprintf(step, sizeof step, "asked for %d", asked[i]);
    step_number(c, step, zoo_recv_timeout(connect_to(c, c->hosts, asked[i])));
  }
}

static void closing(struct context *c) {
  struct Stat stat;
  zhandle_t *owner = connect_to(c, c->hosts, TIMEOUT_MS);
  zoo_create(owner, below(c, "/e"), "", 0, open_acl, ZOO_EPHEMERAL, NULL, 0);
  c->other_count -= 1;
  step_code(c, "close", zookeeper_close(owner));
  sync_now(c->zh, c->root);
  step_code(c, "the ephemeral", zoo_exists(c->zh, below(c, "/e"), 0, &stat));
}

static int is_expired(void *zh) {
  return zoo_state(zh) == ZOO_EXPIRED_SESSION_STATE;
}

static void wrong_password(struct context *c) {
  clientid_t id = *zoo_client_id(c->zh);
  struct Stat stat;
  zhandle_t *thief;
  memset(id.passwd, 0, sizeof id.passwd);
  thief = zookeeper_init(c->hosts, on_event, TIMEOUT_MS, &id, NULL, 0);
  step_number(c, "expired", until(is_expired, thief));
  step_code(c, "calls", zoo_exists(thief, "/", 0, &stat));
  zookeeper_close(thief);
}

static void chroot_scenario(struct context *c) {
  char hosts[PATH_MAX_BYTES], name[PATH_MAX_BYTES], buffer[16] = "";
  int length = sizeof buffer;
  static struct events events = {.lock = PTHREAD_MUTEX_INITIALIZER};
  struct Stat stat;
  struct String_vector names;
  zhandle_t *inside;
  snprintf(hosts, sizeof hosts, "%s%s", c->hosts, c->root);
  inside = connect_to(c, hosts, TIMEOUT_MS);
  step_text(c, "create", zoo_create(inside, "/n", "x", 1, open_acl, 0, name, sizeof name), name);
  step_names(c, "children", zoo_get_children(inside, "/", 0, &names), &names);
  sync_now(c->zh, c->root);
  step_text(c, "outside", zoo_get(c->zh, below(c, "/n"), 0, buffer, &length, &stat), buffer);
  zoo_wexists(inside, "/n", on_event, &events, &stat);
  zoo_set(c->zh, below(c, "/n"), "y", 1, -1);
  step_events(c, "event", &events, 1, 0);
}

struct look {
  zhandle_t *zh;
  const char *path;
};

static int reads(void *of) {
  struct Stat stat;
  struct look *look = of;
  return zoo_exists(look->zh, look->path, 0, &stat) == ZOK;
}

static void server_killed(struct context *c) {
  static struct events events = {.lock = PTHREAD_MUTEX_INITIALIZER};
  struct Stat stat;
  struct String_vector names;
  char buffer[16], path[PATH_MAX_BYTES];
  int length = sizeof buffer;
  zhandle_t *zh = connect_to(c, c->hosts, TIMEOUT_MS);
  int port = port_of(zh);
  int64_t session = zoo_client_id(zh)->client_id;
  zhandle_t *writer = connect_to(c, without(c->hosts, port), TIMEOUT_MS);
  struct look look = {zh, path};
  snprintf(path, sizeof path, "%s/e", c->root);
  zoo_create(zh, path, "", 0, open_acl, ZOO_EPHEMERAL, NULL, 0);
  zoo_create(zh, below(c, "/n"), "0", 1, open_acl, 0, NULL, 0);
  zoo_create(zh, below(c, "/quiet"), "0", 1, open_acl, 0, NULL, 0);
  zoo_wget(zh, below(c, "/n"), on_event, &events, buffer, &length, &stat);
  length = sizeof buffer;
  zoo_wget(zh, below(c, "/quiet"), on_event, &events, buffer, &length, &stat);
  zoo_wexists(zh, below(c, "/m"), on_event, &events, &stat);
  zoo_wget_children(zh, c->root, on_event, &events, &names);
  ask("kill", port);
  zoo_set(writer, below(c, "/n"), "1", 1, -1);
  zoo_create(writer, below(c, "/m"), "", 0, open_acl, 0, NULL, 0);
  step_events(c, "catches up", &events, 3, 1);
  zoo_set(writer, below(c, "/quiet"), "1", 1, -1);
  step_events(c, "the quiet one is set again", &events, 1, 0);
  step_number(c, "reads go on", until(reads, &look));
  step_number(c, "elsewhere", port_of(zh) != port);
  step_number(c, "the same session", zoo_client_id(zh)->client_id == session);
  zoo_exists(zh, path, 0, &stat);
  step_number(c, "its ephemeral", stat.ephemeralOwner == session);
  ask("start", port);
}

const struct scenario SESSIONS[] = {{"negotiated-timeouts", timeouts, 0}, {"session-close", closing, 0},
                                    {"session-wrong-password", wrong_password, 0}, {"chroot", chroot_scenario, 0},
                                    {"server-killed", server_killed, 1}, {NULL, NULL, 0}};
