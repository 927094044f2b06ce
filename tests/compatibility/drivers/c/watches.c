#include <string.h>

#include "driver.h"

static struct ACL_vector *open_acl = &ZOO_OPEN_ACL_UNSAFE;

static void one_shot(struct context *c) {
  static struct events events = {.lock = PTHREAD_MUTEX_INITIALIZER};
  struct Stat stat;
  struct String_vector names;
  char buffer[16];
  int length = sizeof buffer;
  step_code(c, "exists of a missing one", zoo_wexists(c->zh, below(c, "/n"), on_event, &events, &stat));
  zoo_create(c->zh, below(c, "/n"), "", 0, open_acl, 0, NULL, 0);
  step_events(c, "created", &events, 1, 0);
  zoo_wget(c->zh, below(c, "/n"), on_event, &events, buffer, &length, &stat);
  zoo_wget_children(c->zh, below(c, "/n"), on_event, &events, &names);
  zoo_set(c->zh, below(c, "/n"), "1", 1, -1);
  step_events(c, "changed", &events, 1, 0);
  zoo_create(c->zh, below(c, "/n/c"), "", 0, open_acl, 0, NULL, 0);
  step_events(c, "child", &events, 1, 0);
  zoo_wget_children2(c->zh, below(c, "/n"), on_event, &events, &names, &stat);
  zoo_wexists(c->zh, below(c, "/n/c"), on_event, &events, &stat);
  zoo_delete(c->zh, below(c, "/n/c"), -1);
  step_events(c, "deleted", &events, 2, 1);
  length = sizeof buffer;
  step_code(c, "get of a missing one sets none", zoo_wget(c->zh, below(c, "/m"), on_event, &events, buffer, &length, &stat));
  zoo_create(c->zh, below(c, "/m"), "", 0, open_acl, 0, NULL, 0);
  zoo_wexists(c->zh, below(c, "/last"), on_event, &events, &stat);
  zoo_create(c->zh, below(c, "/last"), "", 0, open_acl, 0, NULL, 0);
  step_events(c, "indeed", &events, 1, 0);
}

static void removal(struct context *c) {
  static struct events events = {.lock = PTHREAD_MUTEX_INITIALIZER};
  struct Stat stat;
  struct String_vector names;
  zoo_create(c->zh, below(c, "/n"), "", 0, open_acl, 0, NULL, 0);
  step_code(c, "none there", zoo_remove_watches(c->zh, below(c, "/n"), ZWATCHTYPE_ANY, on_event, &events, 0));
  zoo_wexists(c->zh, below(c, "/n"), on_event, &events, &stat);
  zoo_wget_children(c->zh, below(c, "/n"), on_event, &events, &names);
  step_code(c, "data", zoo_remove_watches(c->zh, below(c, "/n"), ZWATCHTYPE_DATA, on_event, &events, 0));
  step_code(c, "data again", zoo_remove_watches(c->zh, below(c, "/n"), ZWATCHTYPE_DATA, on_event, &events, 0));
  step_code(c, "children", zoo_remove_watches(c->zh, below(c, "/n"), ZWATCHTYPE_CHILD, on_event, &events, 0));
  zoo_wexists(c->zh, below(c, "/n"), on_event, &events, &stat);
  step_code(c, "all", zoo_remove_all_watches(c->zh, below(c, "/n"), ZWATCHTYPE_ANY, 0));
  step_code(c, "all again", zoo_remove_all_watches(c->zh, below(c, "/n"), ZWATCHTYPE_ANY, 0));
  zoo_set(c->zh, below(c, "/n"), "1", 1, -1);
  zoo_wexists(c->zh, below(c, "/last"), on_event, &events, &stat);
  zoo_create(c->zh, below(c, "/last"), "", 0, open_acl, 0, NULL, 0);
  step_events(c, "nothing of what was removed", &events, 1, 0);
}

const struct scenario WATCHES[] = {{"watches", one_shot, 0}, {"remove-watches", removal, 0}, {NULL, NULL, 0}};
