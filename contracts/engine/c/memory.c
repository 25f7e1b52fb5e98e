// Owns copying, filling and comparing memory in as few operations as NEAR can count; leaves finding memory to malloc.c.
//
// WebAssembly reads eight bytes from any address, so that nothing needs to be aligned first.
#include <stddef.h>
#include <stdint.h>

typedef uint64_t __attribute__((aligned(1), may_alias)) word;
typedef uint32_t __attribute__((aligned(1), may_alias)) half;

#define WORD sizeof(word)

// Without `restrict`: memmove needs what is read here to be read before anything is written over it.
static inline void copy_forward(uint8_t *t, const uint8_t *f, size_t count)
{
  for (; count >= 8 * WORD; count -= 8 * WORD, t += 8 * WORD, f += 8 * WORD) {
    ((word *)t)[0] = ((const word *)f)[0];
    ((word *)t)[1] = ((const word *)f)[1];
    ((word *)t)[2] = ((const word *)f)[2];
    ((word *)t)[3] = ((const word *)f)[3];
    ((word *)t)[4] = ((const word *)f)[4];
    ((word *)t)[5] = ((const word *)f)[5];
    ((word *)t)[6] = ((const word *)f)[6];
    ((word *)t)[7] = ((const word *)f)[7];
  }
  for (; count >= WORD; count -= WORD, t += WORD, f += WORD)
    *(word *)t = *(const word *)f;
  if (count & 4) {
    *(half *)t = *(const half *)f;
    t += 4;
    f += 4;
  }
  for (count &= 3; count != 0; count--)
    *t++ = *f++;
}

__attribute__((no_builtin)) void *memcpy(void *to, const void *from, size_t count)
{
  copy_forward(to, from, count);
  return to;
}

__attribute__((no_builtin)) void *memmove(void *to, const void *from, size_t count)
{
  uint8_t *t = to;
  const uint8_t *f = from;

  if (t <= f || t >= f + count) {
    copy_forward(t, f, count);
    return to;
  }
  for (t += count, f += count; count >= WORD; count -= WORD) {
    t -= WORD;
    f -= WORD;
    *(word *)t = *(const word *)f;
  }
  for (; count != 0; count--)
    *--t = *--f;
  return to;
}

__attribute__((no_builtin)) void *memset(void *to, int byte, size_t count)
{
  uint8_t *t = to;
  word filled = (uint8_t)byte * 0x0101010101010101ull;

  for (; count >= 2 * WORD; count -= 2 * WORD, t += 2 * WORD) {
    ((word *)t)[0] = filled;
    ((word *)t)[1] = filled;
  }
  if (count & 8) {
    *(word *)t = filled;
    t += WORD;
  }
  for (count &= 7; count != 0; count--)
    *t++ = byte;
  return to;
}

__attribute__((no_builtin)) int memcmp(const void *left, const void *right, size_t count)
{
  const uint8_t *l = left, *r = right;

  for (; count >= WORD && *(const word *)l == *(const word *)r; count -= WORD) {
    l += WORD;
    r += WORD;
  }
  for (; count != 0; count--, l++, r++) {
    if (*l != *r)
      return *l - *r;
  }
  return 0;
}

__attribute__((no_builtin)) size_t strlen(const char *text)
{
  const char *end = text;

  // A zero byte is where subtracting one borrows.
  for (;; end += WORD) {
    word value = *(const word *)end;
    if ((value - 0x0101010101010101ull) & ~value & 0x8080808080808080ull)
      break;
  }
  while (*end != 0)
    end++;
  return end - text;
}
