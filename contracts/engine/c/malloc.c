// Owns the heap of the pre-initialised engine: blocks by size class, taken from a stack of free ones or from the end;
// leaves memory between calls to NEAR, which gives every call a fresh copy.
//
// A call lives for milliseconds, so that free memory is never merged nor given back. A block is eight bytes aligned,
// with its whole size in the four bytes before it.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEADER_BYTES 4
#define GRAIN_BYTES 8
#define SMALL_BYTES 1024
#define SMALL_CLASSES (SMALL_BYTES / GRAIN_BYTES + 1)
// Above that, four classes to each doubling, up to 2 GiB.
#define LARGE_CLASSES (4 * 21)
#define PAGE_BYTES 65536

typedef struct block {
  struct block *next;
} block;

extern uint8_t __heap_base;

static block *free_blocks[SMALL_CLASSES + LARGE_CLASSES];
// Behind the last block, and behind the last byte of memory.
static uintptr_t top;
static uintptr_t end;

#define SIZE_OF(pointer) (((uint32_t *)(pointer))[-1])

static inline uint32_t shift_of(uint32_t total) { return 29 - __builtin_clz(total - 1); }

static inline uint32_t round_up(size_t size)
{
  uint32_t total = (size + HEADER_BYTES + GRAIN_BYTES - 1) & ~(GRAIN_BYTES - 1);

  if (total <= SMALL_BYTES)
    return total;
  uint32_t step = 1u << shift_of(total);
  return (total + step - 1) & ~(step - 1);
}

static inline block **class_of(uint32_t total)
{
  if (total <= SMALL_BYTES)
    return &free_blocks[total / GRAIN_BYTES];
  uint32_t shift = shift_of(total);
  return &free_blocks[SMALL_CLASSES + (shift - 8) * 4 + ((total - 1) >> shift) - 4];
}

static int reach(uintptr_t address)
{
  if (top == 0) {
    top = (((uintptr_t)&__heap_base + GRAIN_BYTES - 1) & ~(uintptr_t)(GRAIN_BYTES - 1)) + HEADER_BYTES;
    end = (uintptr_t)__builtin_wasm_memory_size(0) * PAGE_BYTES;
    return 0;
  }
  uintptr_t pages = (address - end + PAGE_BYTES - 1) / PAGE_BYTES;
  if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1)
    return -1;
  end += pages * PAGE_BYTES;
  return 0;
}

static __attribute__((noinline)) void *take_from_end(uint32_t total)
{
  if (top == 0)
    reach(0);
  if (total > end - top && reach(top + total) < 0)
    return NULL;
  void *taken = (void *)(top + HEADER_BYTES);
  SIZE_OF(taken) = total;
  top += total;
  return taken;
}

static __attribute__((noinline)) void *malloc_large(size_t size)
{
  if (size > INT32_MAX)
    return NULL;
  uint32_t total = round_up(size);
  block **list = class_of(total);
  block *taken = *list;

  if (taken == NULL)
    return take_from_end(total);
  *list = taken->next;
  return taken;
}

void *malloc(size_t size)
{
  uint32_t class = (size + HEADER_BYTES + GRAIN_BYTES - 1) / GRAIN_BYTES;

  if (class >= SMALL_CLASSES || size > SMALL_BYTES)
    return malloc_large(size);
  block *taken = free_blocks[class];
  if (taken == NULL)
    return take_from_end(class * GRAIN_BYTES);
  free_blocks[class] = taken->next;
  return taken;
}

void free(void *pointer)
{
  if (pointer == NULL)
    return;
  uint32_t total = SIZE_OF(pointer);
  block **list = total <= SMALL_BYTES ? &free_blocks[total / GRAIN_BYTES] : class_of(total);
  ((block *)pointer)->next = *list;
  *list = pointer;
}

void *calloc(size_t count, size_t size)
{
  if (size != 0 && count > INT32_MAX / size)
    return NULL;
  void *taken = malloc(count * size);
  return taken == NULL ? NULL : memset(taken, 0, count * size);
}

size_t malloc_usable_size(void *pointer) { return pointer == NULL ? 0 : SIZE_OF(pointer) - HEADER_BYTES; }

static __attribute__((noinline)) void *move(void *pointer, size_t size)
{
  void *taken = malloc(size);

  if (taken == NULL)
    return NULL;
  memcpy(taken, pointer, SIZE_OF(pointer) - HEADER_BYTES);
  free(pointer);
  return taken;
}

void *realloc(void *pointer, size_t size)
{
  if (pointer == NULL)
    return malloc(size);
  return size <= SIZE_OF(pointer) - HEADER_BYTES ? pointer : move(pointer, size);
}

// What freed blocks held would only make the module larger.
void malloc_wipe_free(void)
{
  for (uint32_t i = 0; i < SMALL_CLASSES + LARGE_CLASSES; i++) {
    for (block *at = free_blocks[i]; at != NULL; at = at->next)
      memset(at + 1, 0, SIZE_OF(at) - HEADER_BYTES - sizeof(block));
  }
}
