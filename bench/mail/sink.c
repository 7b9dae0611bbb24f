// A mail server that takes everything and keeps nothing but a count: the other end for measuring how fast mail goes out.
// cc -O2 -pthread sink.c -o sink && ./sink    prints its port, then each second in which something came how much there is so far.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static atomic_long taken;

static void say(int fd, const char *text) { if (write(fd, text, strlen(text)) < 0) { } }

static void *serve(void *given) {
  int fd = (int)(long)given, data = 0, have = 0;
  static const size_t room = 1 << 18;
  char *buffer = malloc(room);
  say(fd, "220 sink\r\n");
  for (;;) {
    ssize_t got = read(fd, buffer + have, room - have - 1);
    if (got <= 0) break;
    have += got;
    char *at = buffer, *end = buffer + have, answer[4096];
    size_t said = 0;
    for (;;) {
      if (data) {
        char *dot = at + 2 < end && memcmp(at, ".\r\n", 3) == 0 ? at - 2 : memmem(at, end - at, "\r\n.\r\n", 5);
        if (!dot) {
          // The last four bytes may be the beginning of the end.
          if (end - at > 4) at = end - 4;
          break;
        }
        at = dot + 5;
        data = 0;
        said += snprintf(answer + said, sizeof answer - said, "250 2.0.0 Ok: queued as S%ld\r\n", atomic_fetch_add(&taken, 1) + 1);
        continue;
      }
      char *line = memchr(at, '\n', end - at);
      if (!line) break;
      if (!strncasecmp(at, "EHLO", 4)) said += snprintf(answer + said, sizeof answer - said, "250-sink\r\n250 PIPELINING\r\n");
      else if (!strncasecmp(at, "DATA", 4)) { said += snprintf(answer + said, sizeof answer - said, "354 go on\r\n"); data = 1; }
      else if (!strncasecmp(at, "QUIT", 4)) { say(fd, "221 bye\r\n"); goto out; }
      else said += snprintf(answer + said, sizeof answer - said, "250 ok\r\n");
      at = line + 1;
    }
    if (said && write(fd, answer, said) < 0) break;
    have = end - at;
    memmove(buffer, at, have);
  }
out:
  free(buffer);
  close(fd);
  return 0;
}

static void *tell(void *none) {
  for (long before = 0;; sleep(1)) {
    long now = atomic_load(&taken);
    if (now != before) { printf("%ld\n", now); fflush(stdout); }
    before = now;
  }
  return none;
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
  socklen_t length = sizeof here;
  if (bind(listener, (void *)&here, sizeof here) || listen(listener, 64)) return 1;
  getsockname(listener, (void *)&here, &length);
  printf("%d\n", ntohs(here.sin_port));
  fflush(stdout);
  pthread_t thread;
  pthread_create(&thread, 0, tell, 0);
  for (;;) {
    int fd = accept(listener, 0, 0);
    if (fd < 0) return 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    pthread_create(&thread, 0, serve, (void *)(long)fd);
    pthread_detach(thread);
  }
}
