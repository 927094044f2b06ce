/* What every scenario of the C client uses; the programs in other languages have the same. */
#ifndef DRIVER_H
#define DRIVER_H

#include <pthread.h>
#include <stdio.h>
#include <zookeeper.h>

enum { TIMEOUT_MS = 30000, DEADLINE_MS = 30000, PATH_MAX_BYTES = 512, TEXT_MAX_BYTES = 8192 };

/* Watch events in the order in which they came. */
struct events {
  pthread_mutex_t lock;
  int count;
  char items[64][PATH_MAX_BYTES];
};

struct context {
  const char *scenario;
  const char *hosts;
  char root[PATH_MAX_BYTES];
  zhandle_t *zh;
  zhandle_t *others[8];
  int other_count;
};

typedef void (*body)(struct context *);

struct scenario {
  const char *name;
  body run;
  int disruptive;
};

/* One printed step: its outcome is already JSON. */
void record(struct context *c, const char *step, const char *json);
/* An answer's code by its name, or that it went well. */
void step_code(struct context *c, const char *step, int code);
/* A string, or the error. */
void step_text(struct context *c, const char *step, int code, const char *text);
void step_number(struct context *c, const char *step, long number);
void step_stat(struct context *c, const char *step, int code, const struct Stat *stat);
void step_names(struct context *c, const char *step, int code, const struct String_vector *names);
void step_acl(struct context *c, const char *step, int code, const struct ACL_vector *acl);
void step_events(struct context *c, const char *step, struct events *events, int count, int sorted);

const char *error_name(int code);
/* `root` + what the format gives; valid until the fourth call after it. */
const char *below(struct context *c, const char *format, ...);

zhandle_t *connect_to(struct context *c, const char *hosts, int timeout_ms);
int port_of(zhandle_t *zh);
/* The connect string without the server of this port. */
const char *without(const char *hosts, int port);
/* Has the harness kill or start a server; returns when that is done. */
void ask(const char *what, int port);
/* The context of a watch is its `struct events`. */
void on_event(zhandle_t *zh, int type, int state, const char *path, void *events);
/* Until this client's server has everything that was acknowledged so far. */
void sync_now(zhandle_t *zh, const char *path);
/* A look that is repeated until it gives something else than 0, or the deadline has passed. */
int until(int (*look)(void *), void *of);
void pause_a_moment(void);

extern const struct scenario NODES[];
extern const struct scenario ACCESS[];
extern const struct scenario WATCHES[];
extern const struct scenario SESSIONS[];

#endif
