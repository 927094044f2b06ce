#include <stdlib.h>
#include <string.h>

#include "driver.h"

static struct ACL_vector *open_acl = &ZOO_OPEN_ACL_UNSAFE;

static void modes(struct context *c) {
  const struct {
    const char *name;
    int mode;
  } all[] = {{"persistent", ZOO_PERSISTENT},
             {"ephemeral", ZOO_EPHEMERAL},
             {"sequential", ZOO_PERSISTENT_SEQUENTIAL},
             {"ephemeral sequential", ZOO_EPHEMERAL_SEQUENTIAL},
             {"container", ZOO_CONTAINER},
             {"ttl", ZOO_PERSISTENT_WITH_TTL},
             {"ttl sequential", ZOO_PERSISTENT_SEQUENTIAL_WITH_TTL}};
  char name[PATH_MAX_BYTES], step[128];
  struct Stat stat;
  struct String_vector names;
  for (int i = 0; i < 7; i += 1) {
    int has_ttl = all[i].mode == ZOO_PERSISTENT_WITH_TTL || all[i].mode == ZOO_PERSISTENT_SEQUENTIAL_WITH_TTL;
    int code = has_ttl ? zoo_create_ttl(c->zh, below(c, "/%d-", i), "x", 1, open_acl, all[i].mode, 3600000, name, sizeof name)
                       : zoo_create(c->zh, below(c, "/%d-", i), "x", 1, open_acl, all[i].mode, name, sizeof name);
    step_text(c, all[i].name, code, name);
    code = has_ttl ? zoo_create2_ttl(c->zh, below(c, "/%d+", i), "x", 1, open_acl, all[i].mode, 3600000, name, sizeof name, &stat)
                   : zoo_create2(c->zh, below(c, "/%d+", i), "x", 1, open_acl, all[i].mode, name, sizeof name, &stat);
    snprintf(step, sizeof step, "%s with stat", all[i].name);
    step_stat(c, step, code, &stat);
  }
  step_text(c, "null", zoo_create(c->zh, below(c, "/null"), NULL, -1, open_acl, 0, name, sizeof name), name);
  step_code(c, "unknown mode", zoo_create(c->zh, below(c, "/x"), "", 0, open_acl, 9, name, sizeof name));
  step_code(c, "ttl of 0", zoo_create_ttl(c->zh, below(c, "/x"), "", 0, open_acl, ZOO_PERSISTENT_WITH_TTL, 0, name, sizeof name));
  step_code(c, "ttl too long",
            zoo_create_ttl(c->zh, below(c, "/x"), "", 0, open_acl, ZOO_PERSISTENT_WITH_TTL, 0x10000000000, name, sizeof name));
  step_names(c, "children", zoo_get_children(c->zh, c->root, 0, &names), &names);
}

static void failures(struct context *c) {
  char name[PATH_MAX_BYTES];
  struct ACL_vector none = {0, NULL};
  zoo_create(c->zh, below(c, "/e"), "", 0, open_acl, ZOO_EPHEMERAL, NULL, 0);
  step_code(c, "exists", zoo_create(c->zh, below(c, "/e"), "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "no parent", zoo_create(c->zh, below(c, "/none/x"), "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "below an ephemeral", zoo_create(c->zh, below(c, "/e/x"), "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "no acl", zoo_create(c->zh, below(c, "/x"), "", 0, &none, 0, name, sizeof name));
  step_code(c, "empty component", zoo_create(c->zh, below(c, "//x"), "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "dots", zoo_create(c->zh, below(c, "/.."), "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "control character", zoo_create(c->zh, below(c, "/\001"), "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "no slash", zoo_create(c->zh, "x", "", 0, open_acl, 0, name, sizeof name));
  step_code(c, "slash at the end", zoo_create(c->zh, below(c, "/x/"), "", 0, open_acl, 0, name, sizeof name));
}

static void data(struct context *c) {
  char buffer[64] = "";
  int length = sizeof buffer;
  struct Stat stat;
  step_code(c, "exists: missing", zoo_exists(c->zh, below(c, "/n"), 0, &stat));
  step_code(c, "get: missing", zoo_get(c->zh, below(c, "/n"), 0, buffer, &length, &stat));
  step_code(c, "set: missing", zoo_set(c->zh, below(c, "/n"), "x", 1, -1));
  zoo_create(c->zh, below(c, "/n"), "zero", 4, open_acl, 0, NULL, 0);
  step_code(c, "set", zoo_set(c->zh, below(c, "/n"), "one", 3, 0));
  step_code(c, "wrong version", zoo_set(c->zh, below(c, "/n"), "two", 3, 0));
  step_stat(c, "set with stat", zoo_set2(c->zh, below(c, "/n"), "three", 5, 1, &stat), &stat);
  memset(buffer, 0, sizeof buffer);
  length = sizeof buffer;
  step_text(c, "get", zoo_get(c->zh, below(c, "/n"), 0, buffer, &length, &stat), buffer);
  step_stat(c, "its stat", ZOK, &stat);
  step_code(c, "to null", zoo_set(c->zh, below(c, "/n"), NULL, -1, -1));
  length = sizeof buffer;
  zoo_get(c->zh, below(c, "/n"), 0, buffer, &length, &stat);
  step_number(c, "null comes back", length);
  step_code(c, "to empty", zoo_set(c->zh, below(c, "/n"), "", 0, -1));
  length = sizeof buffer;
  zoo_get(c->zh, below(c, "/n"), 0, buffer, &length, &stat);
  step_number(c, "empty comes back", length);
  step_stat(c, "exists", zoo_exists(c->zh, below(c, "/n"), 0, &stat), &stat);
  sync_now(c->zh, c->root);
  record(c, "sync", "\"OK\"");
}

static void big(struct context *c) {
  static char bytes[0x100000], back[0x100000];
  int length = sizeof back;
  struct Stat stat;
  const int largest = 0xfffff - 8 - 4 - (int)strlen(below(c, "/big")) - 4 - 4;
  memset(bytes, 7, sizeof bytes);
  zoo_create(c->zh, below(c, "/big"), "", 0, open_acl, 0, NULL, 0);
  step_code(c, "the largest", zoo_set(c->zh, below(c, "/big"), bytes, largest, -1));
  step_code(c, "comes back", zoo_get(c->zh, below(c, "/big"), 0, back, &length, &stat));
  step_number(c, "whole", length == largest && memcmp(bytes, back, (size_t)largest) == 0);
  step_code(c, "one byte too much", zoo_set(c->zh, below(c, "/big"), bytes, largest + 1, -1));
}

static void deletion(struct context *c) {
  zoo_create(c->zh, below(c, "/a"), "", 0, open_acl, 0, NULL, 0);
  zoo_create(c->zh, below(c, "/a/b"), "", 0, open_acl, 0, NULL, 0);
  step_code(c, "full", zoo_delete(c->zh, below(c, "/a"), -1));
  step_code(c, "version", zoo_delete(c->zh, below(c, "/a/b"), 3));
  step_code(c, "missing", zoo_delete(c->zh, below(c, "/none"), -1));
  step_code(c, "done", zoo_delete(c->zh, below(c, "/a/b"), 0));
  step_code(c, "empty now", zoo_delete(c->zh, below(c, "/a"), -1));
  step_code(c, "the root", zoo_delete(c->zh, "/", -1));
  step_code(c, "/zookeeper", zoo_delete(c->zh, "/zookeeper", -1));
}

static void children(struct context *c) {
  struct String_vector names;
  struct Stat stat;
  step_names(c, "none", zoo_get_children(c->zh, c->root, 0, &names), &names);
  for (int i = 0; i < 3; i += 1) zoo_create(c->zh, below(c, "/%c", 'c' - i), "", 0, open_acl, 0, NULL, 0);
  step_names(c, "three", zoo_get_children2(c->zh, c->root, 0, &names, &stat), &names);
  step_stat(c, "stat", ZOK, &stat);
  step_names(c, "missing", zoo_get_children(c->zh, below(c, "/none"), 0, &names), &names);
  step_names(c, "missing with stat", zoo_get_children2(c->zh, below(c, "/none"), 0, &names, &stat), &names);
}

static void configuration(struct context *c) {
  char buffer[4096] = "";
  int length = sizeof buffer;
  struct Stat stat;
  step_code(c, "get", zoo_getconfig(c->zh, 0, buffer, &length, &stat));
  step_number(c, "its version", stat.version);
  length = sizeof buffer;
  step_code(c, "joining", zoo_reconfig(c->zh, "server.9=127.0.0.1:1:2;3", NULL, NULL, -1, buffer, &length, &stat));
  length = sizeof buffer;
  step_code(c, "leaving", zoo_reconfig(c->zh, NULL, "1", NULL, -1, buffer, &length, &stat));
  length = sizeof buffer;
  step_code(c, "members", zoo_reconfig(c->zh, NULL, NULL, "server.9=127.0.0.1:1:2;3", -1, buffer, &length, &stat));
  step_code(c, "and goes on", zoo_exists(c->zh, c->root, 0, &stat));
}

static void multi_step(struct context *c, const char *step, int code, const zoo_op_result_t *results, int count) {
  char json[TEXT_MAX_BYTES], part[PATH_MAX_BYTES];
  snprintf(json, sizeof json, "[\"%s\"", error_name(code));
  for (int i = 0; i < count; i += 1) {
    const char *path = code == ZOK && results[i].value != NULL && results[i].valuelen > 0 ? results[i].value : "";
    snprintf(part, sizeof part, ",[\"%s\",\"%s\"]", error_name(results[i].err), path);
    strncat(json, part, sizeof json - strlen(json) - 1);
  }
  strncat(json, "]", sizeof json - strlen(json) - 1);
  record(c, step, json);
}

static void multi(struct context *c) {
  char name[2][PATH_MAX_BYTES] = {"", ""};
  zoo_op_t ops[4];
  zoo_op_result_t results[4];
  struct Stat stat;
  memset(results, 0, sizeof results);
  zoo_create_op_init(&ops[0], below(c, "/a"), "1", 1, open_acl, 0, name[0], sizeof name[0]);
  zoo_set_op_init(&ops[1], below(c, "/a"), "2", 1, 0, &stat);
  zoo_check_op_init(&ops[2], below(c, "/a"), 1);
  zoo_delete_op_init(&ops[3], below(c, "/a"), 1);
  multi_step(c, "all kinds", zoo_multi(c->zh, 4, ops, results), results, 4);
  step_stat(c, "stat within", ZOK, &stat);
  memset(results, 0, sizeof results);
  zoo_create_op_init(&ops[0], below(c, "/s-"), "1", 1, open_acl, ZOO_PERSISTENT_SEQUENTIAL, name[0], sizeof name[0]);
  zoo_create_op_init(&ops[1], below(c, "/s-"), "1", 1, open_acl, ZOO_EPHEMERAL_SEQUENTIAL, name[1], sizeof name[1]);
  multi_step(c, "sequential", zoo_multi(c->zh, 2, ops, results), results, 2);
  memset(results, 0, sizeof results);
  zoo_create_op_init(&ops[0], below(c, "/x"), "1", 1, open_acl, 0, name[0], sizeof name[0]);
  zoo_check_op_init(&ops[1], c->root, 9);
  zoo_create_op_init(&ops[2], below(c, "/y"), "1", 1, open_acl, 0, name[1], sizeof name[1]);
  multi_step(c, "refused", zoo_multi(c->zh, 3, ops, results), results, 3);
  memset(results, 0, sizeof results);
  zoo_delete_op_init(&ops[0], below(c, "/none"), -1);
  multi_step(c, "missing", zoo_multi(c->zh, 1, ops, results), results, 1);
  step_code(c, "nothing came of it", zoo_exists(c->zh, below(c, "/x"), 0, &stat));
}

const struct scenario NODES[] = {{"create-modes", modes, 0}, {"create-failures", failures, 0}, {"data", data, 0},
                                 {"big-data", big, 0},       {"delete", deletion, 0},          {"children", children, 0},
                                 {"multi", multi, 0},        {"configuration", configuration, 0}, {NULL, NULL, 0}};
