#include <string.h>
#include <unistd.h>

#include "driver.h"

static const struct scenario *const GROUPS[] = {NODES, ACCESS, WATCHES, SESSIONS};

static void run(const struct scenario *scenario, const char *hosts) {
  struct context context = {.scenario = scenario->name, .hosts = hosts};
  snprintf(context.root, sizeof context.root, "/c-%s", scenario->name);
  context.zh = connect_to(&context, hosts, TIMEOUT_MS);
  zoo_create(context.zh, context.root, "", 0, &ZOO_OPEN_ACL_UNSAFE, 0, NULL, 0);
  scenario->run(&context);
  for (int i = 0; i < context.other_count; i += 1) {
    if (context.others[i] != NULL) zookeeper_close(context.others[i]);
  }
}

/* `--list`, or a connect string and names of scenarios. */
int main(int count, char **args) {
  int lists = count > 1 && strcmp(args[1], "--list") == 0;
  zoo_set_debug_level(ZOO_LOG_LEVEL_ERROR);
  zoo_set_log_stream(stderr);
  for (size_t g = 0; g < sizeof GROUPS / sizeof GROUPS[0]; g += 1) {
    for (const struct scenario *scenario = GROUPS[g]; scenario->name != NULL; scenario += 1) {
      if (lists) {
        printf("{\"scenario\":\"%s\",\"disruptive\":%s}\n", scenario->name, scenario->disruptive ? "true" : "false");
      }
      for (int i = 2; i < count; i += 1) {
        if (strcmp(args[i], scenario->name) == 0) run(scenario, args[1]);
      }
    }
  }
  fflush(stdout);
  _exit(0);
}
