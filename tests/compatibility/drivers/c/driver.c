#include "driver.h"

#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

const char *error_name(int code) {
  switch (code) {
    case ZOK: return "OK";
    case ZRUNTIMEINCONSISTENCY: return "RUNTIMEINCONSISTENCY";
    case ZCONNECTIONLOSS: return "CONNECTIONLOSS";
    case ZMARSHALLINGERROR: return "MARSHALLINGERROR";
    case ZUNIMPLEMENTED: return "UNIMPLEMENTED";
    case ZBADARGUMENTS: return "BADARGUMENTS";
    case ZINVALIDSTATE: return "INVALIDSTATE";
    case ZNONODE: return "NONODE";
    case ZNOAUTH: return "NOAUTH";
    case ZBADVERSION: return "BADVERSION";
    case ZNOCHILDRENFOREPHEMERALS: return "NOCHILDRENFOREPHEMERALS";
    case ZNODEEXISTS: return "NODEEXISTS";
    case ZNOTEMPTY: return "NOTEMPTY";
    case ZSESSIONEXPIRED: return "SESSIONEXPIRED";
    case ZINVALIDACL: return "INVALIDACL";
    case ZAUTHFAILED: return "AUTHFAILED";
    case ZCLOSING: return "CLOSING";
    case ZSESSIONMOVED: return "SESSIONMOVED";
    case ZNOWATCHER: return "NOWATCHER";
    case ZRECONFIGDISABLED: return "RECONFIGDISABLED";
    default: {
      static char other[32];
      snprintf(other, sizeof other, "%d", code);
      return other;
    }
  }
}

void record(struct context *c, const char *step, const char *json) {
  printf("{\"scenario\":\"%s\",\"step\":\"%s\",\"outcome\":%s}\n", c->scenario, step, json);
  fflush(stdout);
}

void step_code(struct context *c, const char *step, int code) {
  char json[128];
  snprintf(json, sizeof json, code == ZOK ? "\"%s\"" : "{\"error\":\"%s\"}", error_name(code));
  record(c, step, json);
}

void step_text(struct context *c, const char *step, int code, const char *text) {
  char json[TEXT_MAX_BYTES];
  if (code != ZOK) return step_code(c, step, code);
  snprintf(json, sizeof json, "\"%s\"", text);
  record(c, step, json);
}

void step_number(struct context *c, const char *step, long number) {
  char json[32];
  snprintf(json, sizeof json, "%ld", number);
  record(c, step, json);
}

void step_stat(struct context *c, const char *step, int code, const struct Stat *s) {
  char json[TEXT_MAX_BYTES];
  if (code != ZOK) return step_code(c, step, code);
  snprintf(json, sizeof json,
           "{\"czxid\":\"%ld\",\"mzxid\":\"%ld\",\"pzxid\":\"%ld\",\"ctime\":\"%ld\",\"mtime\":\"%ld\","
           "\"version\":%d,\"cversion\":%d,\"aversion\":%d,\"ephemeralOwner\":\"%ld\",\"dataLength\":%d,\"numChildren\":%d}",
           (long)s->czxid, (long)s->mzxid, (long)s->pzxid, (long)s->ctime, (long)s->mtime, s->version, s->cversion,
           s->aversion, (long)s->ephemeralOwner, s->dataLength, s->numChildren);
  record(c, step, json);
}

static int by_text(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void record_list(struct context *c, const char *step, char **items, int count, const char *quote) {
  char json[TEXT_MAX_BYTES] = "[";
  for (int i = 0; i < count; i += 1) {
    size_t used = strlen(json);
    snprintf(json + used, sizeof json - used, "%s%s%s%s", i == 0 ? "" : ",", quote, items[i], quote);
  }
  strncat(json, "]", sizeof json - strlen(json) - 1);
  record(c, step, json);
}

void step_names(struct context *c, const char *step, int code, const struct String_vector *names) {
  if (code != ZOK) return step_code(c, step, code);
  qsort(names->data, (size_t)names->count, sizeof(char *), by_text);
  record_list(c, step, names->data, names->count, "\"");
}

void step_acl(struct context *c, const char *step, int code, const struct ACL_vector *acl) {
  char *items[16];
  if (code != ZOK) return step_code(c, step, code);
  for (int i = 0; i < acl->count && i < 16; i += 1) {
    items[i] = malloc(PATH_MAX_BYTES);
    snprintf(items[i], PATH_MAX_BYTES, "{\"perms\":%d,\"scheme\":\"%s\",\"id\":\"%s\"}", acl->data[i].perms,
             acl->data[i].id.scheme, acl->data[i].id.id);
  }
  record_list(c, step, items, acl->count, "");
}

void on_event(zhandle_t *zh, int type, int state, const char *path, void *of) {
  struct events *events = of;
  const char *name = type == ZOO_CREATED_EVENT  ? "CREATED"
                     : type == ZOO_DELETED_EVENT ? "DELETED"
                     : type == ZOO_CHANGED_EVENT ? "CHANGED"
                     : type == ZOO_CHILD_EVENT   ? "CHILD"
                     : type == ZOO_NOTWATCHING_EVENT ? "NOTWATCHING"
                                                     : NULL;
  (void)zh;
  (void)state;
  if (events == NULL || name == NULL) return;
  pthread_mutex_lock(&events->lock);
  if (events->count < 64) {
    snprintf(events->items[events->count], PATH_MAX_BYTES, "{\"event\":\"%s\",\"path\":\"%s\"}", name, path);
    events->count += 1;
  }
  pthread_mutex_unlock(&events->lock);
}

void pause_a_moment(void) {
  struct timespec moment = {0, 10 * 1000 * 1000};
  nanosleep(&moment, NULL);
}

int until(int (*look)(void *), void *of) {
  for (int waited = 0; waited < DEADLINE_MS; waited += 10) {
    if (look(of)) return 1;
    pause_a_moment();
  }
  return 0;
}

void step_events(struct context *c, const char *step, struct events *events, int count, int sorted) {
  char *items[64];
  for (int waited = 0; waited < DEADLINE_MS && events->count < count; waited += 10) pause_a_moment();
  pthread_mutex_lock(&events->lock);
  for (int i = 0; i < events->count; i += 1) items[i] = events->items[i];
  if (sorted) qsort(items, (size_t)events->count, sizeof(char *), by_text);
  record_list(c, step, items, events->count, "");
  events->count = 0;
  pthread_mutex_unlock(&events->lock);
}

const char *below(struct context *c, const char *format, ...) {
  static char paths[4][PATH_MAX_BYTES];
  static int next = 0;
  char *path = paths[next++ % 4];
  va_list args;
  int used = snprintf(path, PATH_MAX_BYTES, "%s", c->root);
  va_start(args, format);
  vsnprintf(path + used, (size_t)(PATH_MAX_BYTES - used), format, args);
  va_end(args);
  return path;
}

static int is_connected(void *zh) {
  return zoo_state(zh) == ZOO_CONNECTED_STATE;
}

zhandle_t *connect_to(struct context *c, const char *hosts, int timeout_ms) {
  zhandle_t *zh = zookeeper_init(hosts, on_event, timeout_ms, NULL, NULL, 0);
  if (c->other_count < 8) c->others[c->other_count++] = zh;
  until(is_connected, zh);
  return zh;
}

int port_of(zhandle_t *zh) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (zookeeper_get_connected_host(zh, (struct sockaddr *)&address, &length) == NULL) return 0;
  if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
  return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

const char *without(const char *hosts, int port) {
  static char others[PATH_MAX_BYTES];
  char copy[PATH_MAX_BYTES], suffix[16];
  snprintf(copy, sizeof copy, "%s", hosts);
  snprintf(suffix, sizeof suffix, ":%d", port);
  others[0] = 0;
  for (char *host = strtok(copy, ","); host != NULL; host = strtok(NULL, ",")) {
    if (strstr(host, suffix) != NULL) continue;
    if (others[0] != 0) strcat(others, ",");
    strcat(others, host);
  }
  return others;
}

void ask(const char *what, int port) {
  static char answer[PATH_MAX_BYTES];
  printf("{\"ask\":\"%s\",\"port\":%d}\n", what, port);
  fflush(stdout);
  if (fgets(answer, sizeof answer, stdin) == NULL) exit(1);
}

static void done_at(int code, const char *value, const void *flag) {
  (void)code;
  (void)value;
  *(volatile int *)flag = 1;
}

static int is_set(void *flag) {
  return *(volatile int *)flag;
}

void sync_now(zhandle_t *zh, const char *path) {
  static volatile int done;
  done = 0;
  if (zoo_async(zh, path, done_at, (const void *)&done) == ZOK) until(is_set, (void *)&done);
}
