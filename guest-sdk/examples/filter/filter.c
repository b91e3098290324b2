// Doubles a field of a JSON value when a predicate holds, and writes the value back: `src/lib.rs` in C.
//
//   SET user:1 '{"age": 30, "name": "Ada", "score": 21}'
//   WASM.CALL filter KEYS user:1 ARGS age >= 18 score
//   {"age":30,"name":"Ada","score":42}
//
// All that a call needs is taken from one arena, which is dropped at its end.

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "function.h"

typedef function_list_u8_t bytes_t;
typedef function_list_list_u8_t list_t;

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

// --- Memory --------------------------------------------------------------------------------------------------------

typedef struct block {
  struct block *next;
  max_align_t bytes[];
} block_t;

static block_t *arena;

static void *take(size_t size) {
  block_t *block = malloc(sizeof(block_t) + size);
  if (block == NULL) abort();
  block->next = arena;
  arena = block;
  return block->bytes;
}

static void drop_all(void) {
  while (arena != NULL) {
    block_t *next = arena->next;
    free(arena);
    arena = next;
  }
}

// Text that grows.
typedef struct {
  uint8_t *ptr;
  size_t len, room;
} text_t;

static void add(text_t *text, const void *bytes, size_t length) {
  if (text->len + length > text->room) {
    text->room = (text->len + length) * 2;
    uint8_t *grown = take(text->room);
    if (text->len > 0) memcpy(grown, text->ptr, text->len);
    text->ptr = grown;
  }
  if (length > 0) memcpy(text->ptr + text->len, bytes, length);
  text->len += length;
}

// --- JSON ----------------------------------------------------------------------------------------------------------

typedef enum { NUL, FALSE, TRUE, INTEGER, DOUBLE, TEXT, ARRAY, OBJECT } kind_t;

typedef struct value {
  kind_t kind;
  int64_t integer;
  double number;          // of an INTEGER too
  text_t text;            // of a TEXT
  text_t name;            // of a field in an OBJECT
  struct value *first, *next;
} value_t;

typedef struct {
  const uint8_t *at, *end;
} input_t;

enum { DEPTH = 128 };

static void skip(input_t *in) {
  while (in->at < in->end && (*in->at == ' ' || *in->at == '\n' || *in->at == '\r' || *in->at == '\t')) in->at++;
}

static bool eat(input_t *in, const char *word) {
  size_t length = strlen(word);
  if ((size_t)(in->end - in->at) < length || memcmp(in->at, word, length) != 0) return false;
  in->at += length;
  return true;
}

static bool hex4(input_t *in, uint32_t *code) {
  *code = 0;
  for (int i = 0; i < 4; i++, in->at++) {
    if (in->at == in->end) return false;
    uint8_t c = *in->at;
    uint32_t digit = c - '0' < 10u ? c - '0' : (c | 32) - 'a' < 6u ? (c | 32u) - 'a' + 10 : 16;
    if (digit == 16) return false;
    *code = *code * 16 + digit;
  }
  return true;
}

static void add_code(text_t *text, uint32_t code) {
  uint8_t utf8[4];
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = length; i-- > 1; code >>= 6) utf8[i] = 0x80 | (code & 0x3f);
  utf8[0] = length == 1 ? code : (uint8_t)(0xf00 >> length) | code;
  add(text, utf8, length);
}

static bool parse_text(input_t *in, text_t *text) {
  if (!eat(in, "\"")) return false;
  while (in->at < in->end && *in->at != '"') {
    uint8_t c = *in->at++;
    if (c < ' ') return false;
    if (c != '\\') {
      add(text, &c, 1);
      continue;
    }
    if (in->at == in->end) return false;
    const char *found;
    c = *in->at++;
    if (c == 'u') {
      uint32_t code, low;
      if (!hex4(in, &code)) return false;
      if (code >= 0xd800 && code < 0xdc00) {
        if (!eat(in, "\\u") || !hex4(in, &low) || low < 0xdc00 || low > 0xdfff) return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
      }
      add_code(text, code);
    } else if (c != 0 && (found = strchr("\"\\/bfnrt", c)) != NULL) {
      add(text, &"\"\\/\b\f\n\r\t"[found - "\"\\/bfnrt"], 1);
    } else {
      return false;
    }
  }
  return eat(in, "\"");
}

static bool parse_number(input_t *in, value_t *value) {
  char word[64];
  size_t length = 0;
  bool whole = true;
  while (in->at < in->end && *in->at != 0 && strchr("+-.eE0123456789", *in->at) != NULL && length < sizeof word - 1) {
    whole = whole && (*in->at == '-' || (*in->at >= '0' && *in->at <= '9'));
    word[length++] = (char)*in->at++;
  }
  word[length] = 0;
  char *end;
  value->number = strtod(word, &end);
  if (length == 0 || *end != 0) return false;
  errno = 0;
  value->integer = whole ? strtoll(word, NULL, 10) : 0;
  value->kind = whole && errno == 0 ? INTEGER : DOUBLE;
  return true;
}

static bool parse(input_t *in, value_t *value, int depth) {
  memset(&value->text, 0, sizeof value->text);
  value->first = value->next = NULL;
  skip(in);
  if (depth > DEPTH || in->at == in->end) return false;
  if (eat(in, "null")) return value->kind = NUL, true;
  if (eat(in, "true")) return value->kind = TRUE, true;
  if (eat(in, "false")) return value->kind = FALSE, true;
  if (*in->at == '"') return value->kind = TEXT, parse_text(in, &value->text);
  bool object = *in->at == '{';
  if (!object && *in->at != '[') return parse_number(in, value);
  in->at++;
  value->kind = object ? OBJECT : ARRAY;
  skip(in);
  if (eat(in, object ? "}" : "]")) return true;
  for (value_t **link = &value->first;; link = &(*link)->next) {
    *link = take(sizeof(value_t));
    memset(*link, 0, sizeof(value_t));
    if (object) {
      skip(in);
      if (!parse_text(in, &(*link)->name)) return false;
      skip(in);
      if (!eat(in, ":")) return false;
    }
    if (!parse(in, *link, depth + 1)) return false;
    skip(in);
    if (eat(in, object ? "}" : "]")) return true;
    if (!eat(in, ",")) return false;
  }
}

static bool parse_all(bytes_t bytes, value_t *value) {
  input_t in = {bytes.ptr, bytes.ptr + bytes.len};
  if (!parse(&in, value, 0)) return false;
  skip(&in);
  return in.at == in.end;
}

static int order_of_text(text_t a, text_t b) {
  size_t shorter = a.len < b.len ? a.len : b.len;
  int order = shorter > 0 ? memcmp(a.ptr, b.ptr, shorter) : 0;
  return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static void write_text(text_t *out, text_t text) {
  add(out, "\"", 1);
  for (size_t i = 0; i < text.len; i++) {
    uint8_t c = text.ptr[i];
    const char *found = c == 0 ? NULL : strchr("\"\\\b\f\n\r\t", c);
    if (found != NULL) {
      add(out, "\\", 1);
      add(out, &"\"\\bfnrt"[found - "\"\\\b\f\n\r\t"], 1);
    } else if (c < ' ') {
      char escape[8];
      add(out, escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", c));
    } else {
      add(out, &c, 1);
    }
  }
  add(out, "\"", 1);
}

// The fewest digits that mean the same number.
static void write_double(text_t *out, double number) {
  char word[40];
  int length = 0;
  for (int digits = 1; digits <= 17; digits++) {
    length = snprintf(word, sizeof word, "%.*g", digits, number);
    if (strtod(word, NULL) == number) break;
  }
  add(out, word, (size_t)length);
  if (strpbrk(word, ".en") == NULL) add(out, ".0", 2);
}

// Fields in alphabetical order: the least of those behind the last one, until there is none.
static void write_value(text_t *out, const value_t *value) {
  char word[24];
  switch (value->kind) {
    case NUL: add(out, "null", 4); break;
    case TRUE: add(out, "true", 4); break;
    case FALSE: add(out, "false", 5); break;
    case TEXT: write_text(out, value->text); break;
    case DOUBLE: write_double(out, value->number); break;
    case INTEGER: add(out, word, (size_t)snprintf(word, sizeof word, "%" PRId64, value->integer)); break;
    case ARRAY:
      add(out, "[", 1);
      for (const value_t *item = value->first; item != NULL; item = item->next) {
        if (item != value->first) add(out, ",", 1);
        write_value(out, item);
      }
      add(out, "]", 1);
      break;
    case OBJECT: {
      const value_t *last = NULL;
      add(out, "{", 1);
      for (;;) {
        const value_t *least = NULL;
        for (const value_t *field = value->first; field != NULL; field = field->next) {
          bool later = last == NULL || order_of_text(field->name, last->name) > 0;
          if (later && (least == NULL || order_of_text(field->name, least->name) <= 0)) least = field;
        }
        if (least == NULL) break;
        if (last != NULL) add(out, ",", 1);
        write_text(out, least->name);
        add(out, ":", 1);
        write_value(out, least);
        last = least;
      }
      add(out, "}", 1);
    }
  }
}

// The last field of that name, as everywhere.
static value_t *field(value_t *object, bytes_t name) {
  value_t *found = NULL;
  if (object->kind != OBJECT) return NULL;
  for (value_t *one = object->first; one != NULL; one = one->next) {
    if (one->name.len == name.len && (name.len == 0 || memcmp(one->name.ptr, name.ptr, name.len) == 0)) found = one;
  }
  return found;
}

// --- The predicate -------------------------------------------------------------------------------------------------

static bool is_number(const value_t *value) { return value->kind == INTEGER || value->kind == DOUBLE; }

// Values of different types are unequal, and neither is less.
static bool comparable(const value_t *a, const value_t *b) {
  return (is_number(a) && is_number(b)) || (a->kind == TEXT && b->kind == TEXT);
}

static int order_of(const value_t *a, const value_t *b) {
  if (a->kind == TEXT) return order_of_text(a->text, b->text);
  if (a->kind == INTEGER && b->kind == INTEGER) return (a->integer > b->integer) - (a->integer < b->integer);
  return (a->number > b->number) - (a->number < b->number);
}

static bool same(const value_t *a, const value_t *b) {
  if (comparable(a, b)) return order_of(a, b) == 0;
  if (a->kind != b->kind) return false;
  text_t left = {0}, right = {0};
  write_value(&left, a);
  write_value(&right, b);
  return order_of_text(left, right) == 0;
}

static bool contains(const value_t *whole, const value_t *part) {
  if (whole->kind == ARRAY) {
    for (const value_t *item = whole->first; item != NULL; item = item->next) {
      if (same(item, part)) return true;
    }
    return false;
  }
  if (whole->kind != TEXT || part->kind != TEXT) return false;
  for (size_t i = 0; i + part->text.len <= whole->text.len; i++) {
    if (part->text.len == 0 || memcmp(whole->text.ptr + i, part->text.ptr, part->text.len) == 0) return true;
  }
  return false;
}

static const char *const OPERATORS[] = {"==", "!=", "<", "<=", ">", ">=", "contains"};

static bool holds(int operator, const value_t *a, const value_t *b) {
  switch (operator) {
    case 0: return same(a, b);
    case 1: return !same(a, b);
    case 2: return comparable(a, b) && order_of(a, b) < 0;
    case 3: return comparable(a, b) && order_of(a, b) <= 0;
    case 4: return comparable(a, b) && order_of(a, b) > 0;
    case 5: return comparable(a, b) && order_of(a, b) >= 0;
    default: return contains(a, b);
  }
}

// --- The function --------------------------------------------------------------------------------------------------

static const char *const NAMES[] = {"field", "operator", "operand", "double"};

static bool refused(ferrite_store_strings_error_t *error, function_string_t *err) {
  uint8_t tag = error->tag;
  ferrite_store_strings_error_free(error);
  switch (tag) {
    case FERRITE_STORE_STRINGS_ERROR_WRONG_TYPE:
      return fail(err, "WRONGTYPE Operation against a key holding the wrong kind of value");
    case FERRITE_STORE_STRINGS_ERROR_NOT_PERMITTED:
      return fail(err, "NOPERM the function may not do this");
    default:
      return fail(err, "the store refused");
  }
}

static bool answer(function_reply_t *reply, const text_t *text) {
  reply->len = 1;
  reply->ptr = calloc(1, sizeof *reply->ptr);
  if (reply->ptr == NULL) abort();
  reply->ptr[0].tag = FERRITE_STORE_TYPES_NODE_NULL;
  if (text != NULL) {
    reply->ptr[0].tag = FERRITE_STORE_TYPES_NODE_BYTES;
    reply->ptr[0].val.bytes.ptr = malloc(text->len);
    if (reply->ptr[0].val.bytes.ptr == NULL) abort();
    memcpy(reply->ptr[0].val.bytes.ptr, text->ptr, text->len);
    reply->ptr[0].val.bytes.len = text->len;
  }
  return true;
}

static bool filter(const list_t *keys, const list_t *args, function_reply_t *reply, function_string_t *err) {
  if (keys->len == 0) return fail(err, "key 1 is missing: the caller passed 0");
  if (args->len < 4) {
    return fail(err, "argument %zu (`%s`): missing, the caller passed %zu", args->len + 1, NAMES[args->len], args->len);
  }
  bytes_t word = args->ptr[1];
  int operator = 0;
  while (operator < 7 && (strlen(OPERATORS[operator]) != word.len || memcmp(OPERATORS[operator], word.ptr, word.len))) {
    operator++;
  }
  if (operator == 7) {
    int shown = word.len < 100 ? (int)word.len : 100;
    return fail(err, "argument 2 (`operator`): expected one of == != < <= > >= contains, got `%.*s`", shown,
                (const char *)word.ptr);
  }

  function_option_list_u8_t stored;
  ferrite_store_strings_error_t error;
  if (!ferrite_store_strings_get(&keys->ptr[0], &stored, &error)) return refused(&error, err);
  if (!stored.is_some) return answer(reply, NULL);
  value_t record;
  bool valid = parse_all(stored.val, &record);
  function_list_u8_free(&stored.val);
  if (!valid) return fail(err, "the value is no JSON");

  // What is no JSON stands for itself, so that nobody has to quote a word twice.
  value_t operand;
  if (!parse_all(args->ptr[2], &operand)) {
    operand = (value_t){.kind = TEXT, .text = {args->ptr[2].ptr, args->ptr[2].len, 0}};
  }
  value_t *compared = field(&record, args->ptr[0]);
  if (compared == NULL || !holds(operator, compared, &operand)) return answer(reply, NULL);

  bytes_t name = args->ptr[3];
  value_t *doubled = field(&record, name);
  if (doubled == NULL || !is_number(doubled)) {
    return fail(err, "`%.*s` is not a number", name.len < 100 ? (int)name.len : 100, (const char *)name.ptr);
  }
  if (doubled->kind == INTEGER && __builtin_mul_overflow(doubled->integer, 2, &doubled->integer)) {
    return fail(err, "twice that is too large");
  }
  doubled->number *= 2;

  text_t text = {0};
  write_value(&text, &record);
  bytes_t value = {text.ptr, text.len};
  // Only the value changes: a time to live stays as it is.
  ferrite_store_strings_expiry_t keep = {.tag = FERRITE_STORE_STRINGS_EXPIRY_KEEP};
  bool done;
  if (!ferrite_store_strings_set(&keys->ptr[0], &value, &keep, FERRITE_STORE_STRINGS_CONDITION_ALWAYS, &done, &error)) {
    return refused(&error, err);
  }
  return answer(reply, &text);
}

// KEYS: the value. ARGS: field operator operand double, where `double` names the field to double.
bool exports_function_call(list_t *keys, list_t *args, function_reply_t *reply, function_string_t *err) {
  bool done = filter(keys, args, reply, err);
  drop_all();
  function_list_list_u8_free(keys);
  function_list_list_u8_free(args);
  return done;
}
