// Owns the short cuts that quickjs-changes.ts puts into QuickJS's handling of text; leaves where they go to that file.
//
// Text on its way through a contract is nearly always plain ASCII. Eight bytes are looked at at once, so that the
// engine's own loops, which look at one, only see what is left.
#include <stddef.h>
#include <stdint.h>

typedef uint64_t __attribute__((aligned(1), may_alias)) eight_bytes;

#define EVERY(byte) ((byte) * 0x0101010101010101ull)
#define HIGH_BITS EVERY(0x80)
// Sets the high bit of bytes below the limit (of 0x80 at most); of higher ones perhaps too, but only above such a byte.
#define BELOW(value, limit) (((value) - EVERY(limit)) & ~(value))

/** How many bytes at the start are surely ASCII: a multiple of eight. */
static inline size_t ascii_run(const uint8_t *text, size_t count)
{
  size_t run = 0;

  while (run + 8 <= count && (*(const eight_bytes *)(text + run) & HIGH_BITS) == 0)
    run += 8;
  return run;
}

/** How many bytes at the start need no care in a JSON string: no quote, backslash, control character, nor above ASCII. */
static inline size_t plain_run(const uint8_t *text, size_t count)
{
  size_t run = 0;

  for (; run + 8 <= count; run += 8) {
    uint64_t value = *(const eight_bytes *)(text + run);
    uint64_t quote = value ^ EVERY('"');
    uint64_t backslash = value ^ EVERY('\\');
    if ((value | BELOW(value, 0x20) | BELOW(quote, 1) | BELOW(backslash, 1)) & HIGH_BITS)
      break;
  }
  while (run < count && text[run] >= 0x20 && text[run] < 0x80 && text[run] != '"' && text[run] != '\\')
    run++;
  return run;
}

/** The first place, from the given one on, from which at most eight bytes away the byte stands, or the text ends. */
static inline int skip_others(const uint8_t *text, int count, uint8_t byte, int from)
{
  uint64_t wanted = EVERY((uint64_t)byte);

  while (from + 8 <= count && (BELOW(*(const eight_bytes *)(text + from) ^ wanted, 1) & HIGH_BITS) == 0)
    from += 8;
  return from;
}

/** Where the wanted text, of eight bytes at least, stands first; -1 where it does not. */
static inline int find_text(const uint8_t *text, int count, const uint8_t *wanted, int wanted_count, int from)
{
  uint64_t first = *(const eight_bytes *)wanted;

#define DIFFERS(place) (*(const eight_bytes *)(text + (place)) != first)
  for (int at = from; at + wanted_count <= count; at++) {
    while (at + 3 + wanted_count <= count && (DIFFERS(at) & DIFFERS(at + 1) & DIFFERS(at + 2) & DIFFERS(at + 3)))
      at += 4;
    if (at + wanted_count > count)
      break;
    if (DIFFERS(at))
      continue;
    int same = 8;
    while (same + 8 <= wanted_count && *(const eight_bytes *)(text + at + same) == *(const eight_bytes *)(wanted + same))
      same += 8;
    while (same < wanted_count && text[at + same] == wanted[same])
      same++;
    if (same == wanted_count)
      return at;
  }
  return -1;
}

/** Writes the number as printf's %d and %u would, which here cost hundreds of operations. */
static inline void write_decimal(char *buffer, int64_t number)
{
  char digits[20];
  int count = 0;
  uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

  if (number < 0)
    *buffer++ = '-';
  if (rest <= UINT32_MAX) {
    uint32_t small = rest;
    do {
      digits[count++] = '0' + small % 10;
      small /= 10;
    } while (small != 0);
  } else {
    do {
      digits[count++] = '0' + rest % 10;
      rest /= 10;
    } while (rest != 0);
  }
  while (count > 0)
    *buffer++ = digits[--count];
  *buffer = 0;
}
