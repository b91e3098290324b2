// Lets a number of requests through in a sliding window.
//
//   WASM.CALL rate-limit KEYS limit:ada ARGS 100 60000
//   1) (integer) 1        allowed
//   2) (integer) 99       how many more would be allowed now
//   3) (integer) 0        milliseconds until this request would be allowed
//
// Time is cut into windows. The requests of the last `window-ms` are estimated as those of the current window plus
// those of the one before, weighted by how much of it the sliding window still covers. Limits, lengths and costs have 32
// bits, so that their products fit into 64.

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function.h"

typedef function_list_u8_t bytes_t;
typedef function_list_list_u8_t list_t;

static const char *const NAMES[] = {"limit", "window-ms", "cost"};

// The client reads this text, with `ERR ` before it unless it begins with an upper-case code. Nothing is written.
static bool fail(function_string_t *err, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  function_string_dup(err, text);
  return false;
}

// Decimal digits, at most `most` of value.
static bool parse(const uint8_t *digits, size_t length, uint64_t most, uint64_t *number) {
  *number = 0;
  for (size_t i = 0; i < length; i++) {
    if (digits[i] < '0' || digits[i] > '9' || i == 20) return false;
    uint64_t digit = digits[i] - '0';
    if (*number > (most - digit) / 10) return false;
    *number = *number * 10 + digit;
  }
  return length > 0;
}

static bool natural(const list_t *args, size_t index, uint64_t *number, function_string_t *err) {
  if (index >= args->len) {
    return fail(err, "argument %zu (`%s`): missing, the caller passed %zu", index + 1, NAMES[index], args->len);
  }
  bytes_t word = args->ptr[index];
  if (parse(word.ptr, word.len, UINT32_MAX, number)) return true;
  int shown = word.len < 100 ? (int)word.len : 100;
  return fail(err, "argument %zu (`%s`): expected an integer of at least 0, got `%.*s`", index + 1, NAMES[index], shown,
              (const char *)word.ptr);
}

// TIME replies seconds and microseconds; time stands still during a call.
static bool now_ms(uint64_t *now, function_string_t *err) {
  bytes_t word = {(uint8_t *)"TIME", 4};
  list_t argv = {&word, 1};
  ferrite_store_commands_reply_t reply;
  ferrite_store_commands_error_t error;
  if (!ferrite_store_commands_execute(&argv, &reply, &error)) {
    ferrite_store_commands_error_free(&error);
    return fail(err, "the time cannot be read");
  }
  uint64_t seconds = 0, micros = 0;
  bool right = reply.len == 3 && reply.ptr[1].tag == FERRITE_STORE_TYPES_NODE_BYTES &&
               reply.ptr[2].tag == FERRITE_STORE_TYPES_NODE_BYTES &&
               parse(reply.ptr[1].val.bytes.ptr, reply.ptr[1].val.bytes.len, UINT64_MAX / 1000, &seconds) &&
               parse(reply.ptr[2].val.bytes.ptr, reply.ptr[2].val.bytes.len, 999999, &micros);
  ferrite_store_commands_reply_free(&reply);
  *now = seconds * 1000 + micros / 1000;
  return right || fail(err, "the time cannot be read");
}

static bool refused(ferrite_store_strings_error_t *error, function_string_t *err) {
  uint8_t tag = error->tag;
  ferrite_store_strings_error_free(error);
  switch (tag) {
    case FERRITE_STORE_STRINGS_ERROR_WRONG_TYPE:
      return fail(err, "WRONGTYPE Operation against a key holding the wrong kind of value");
    case FERRITE_STORE_STRINGS_ERROR_NOT_PERMITTED:
      return fail(err, "NOPERM the function may not do this");
    case FERRITE_STORE_STRINGS_ERROR_OUT_OF_MEMORY:
      return fail(err, "OOM the store is full");
    default:
      return fail(err, "the store refused");
  }
}

// The counters of the window before and of this one, from what is stored: `index previous current`.
static bool counters(bytes_t *key, uint64_t index, uint64_t *previous, uint64_t *current, function_string_t *err) {
  function_option_list_u8_t stored;
  ferrite_store_strings_error_t error;
  *previous = *current = 0;
  if (!ferrite_store_strings_get(key, &stored, &error)) return refused(&error, err);
  if (!stored.is_some) return true;

  uint64_t numbers[3] = {0, 0, 0};
  size_t start = 0, found = 0;
  for (size_t i = 0; i <= stored.val.len; i++) {
    if (i < stored.val.len && stored.val.ptr[i] != ' ') continue;
    uint64_t most = found == 0 ? UINT64_MAX : UINT32_MAX;
    if (found == 3 || !parse(stored.val.ptr + start, i - start, most, &numbers[found])) {
      found = 0;
      break;
    }
    found++;
    start = i + 1;
  }
  function_list_u8_free(&stored.val);
  if (found != 3) return fail(err, "the key holds no rate limit");
  if (numbers[0] == index) {
    *previous = numbers[1];
    *current = numbers[2];
  } else if (numbers[0] + 1 == index) {
    *previous = numbers[2];
  }
  return true;
}

// Milliseconds after the begin of a window until the share of `before` requests is at most `room`.
static uint64_t wait_ms(uint64_t before, uint64_t room, uint64_t length) {
  if (before == 0) return 0;
  uint64_t covered = room * length / before;
  return covered < length ? length - covered : 0;
}

static bool rate_limit(const list_t *keys, const list_t *args, function_reply_t *reply, function_string_t *err) {
  uint64_t limit, length, cost = 1, now, previous, current;
  if (keys->len == 0) return fail(err, "key 1 is missing: the caller passed 0");
  if (!natural(args, 0, &limit, err) || !natural(args, 1, &length, err)) return false;
  if (args->len > 2 && !natural(args, 2, &cost, err)) return false;
  if (length == 0) return fail(err, "the window must be at least 1 ms long");
  if (cost > limit) return fail(err, "a cost of %" PRIu64 " is never allowed by a limit of %" PRIu64, cost, limit);
  if (!now_ms(&now, err)) return false;

  uint64_t index = now / length, elapsed = now % length, retry;
  if (!counters(&keys->ptr[0], index, &previous, &current, err)) return false;
  if (current + cost > limit) {
    retry = length - elapsed + wait_ms(current, limit - cost, length);
  } else {
    uint64_t until = wait_ms(previous, limit - current - cost, length);
    retry = until > elapsed ? until - elapsed : 0;
  }
  if (retry == 0) {
    current += cost;
    char text[64];
    int written = snprintf(text, sizeof text, "%" PRIu64 " %" PRIu64 " %" PRIu64, index, previous, current);
    bytes_t value = {(uint8_t *)text, (size_t)written};
    ferrite_store_strings_expiry_t expiry = {.tag = FERRITE_STORE_STRINGS_EXPIRY_AFTER_MS};
    expiry.val.after_ms = 2 * length - elapsed;
    ferrite_store_strings_error_t error;
    bool done;
    if (!ferrite_store_strings_set(&keys->ptr[0], &value, &expiry, FERRITE_STORE_STRINGS_CONDITION_ALWAYS, &done,
                                   &error)) {
      return refused(&error, err);
    }
  }
  uint64_t share = (previous * (length - elapsed) + length - 1) / length;
  uint64_t remaining = limit > current + share ? limit - current - share : 0;

  const int64_t numbers[] = {retry == 0, (int64_t)remaining, (int64_t)retry};
  reply->len = 4;
  reply->ptr = calloc(reply->len, sizeof *reply->ptr);
  if (reply->ptr == NULL) abort();
  reply->ptr[0].tag = FERRITE_STORE_TYPES_NODE_ARRAY;
  reply->ptr[0].val.array = 3;
  for (size_t i = 0; i < 3; i++) {
    reply->ptr[i + 1].tag = FERRITE_STORE_TYPES_NODE_INTEGER;
    reply->ptr[i + 1].val.integer = numbers[i];
  }
  return true;
}

// KEYS: the counter. ARGS: limit window-ms [cost]. Returns [allowed, remaining, retry-after-ms].
//
// What is passed in is ours to free; what is returned, the caller frees.
bool exports_function_call(list_t *keys, list_t *args, function_reply_t *reply, function_string_t *err) {
  bool done = rate_limit(keys, args, reply, err);
  function_list_list_u8_free(keys);
  function_list_list_u8_free(args);
  return done;
}
