// Owns the entry points of the engine: loading bytecode, booting, calling a method by its number;
// leaves the host functions to near-sdk-js's builder.c and the language to QuickJS.
//
// builder.c is taken as it is. It wants a code.h and a methods.h, which are empty here: the code is put into `room`
// before the module is written, and the methods are numbered, so that one engine serves every contract.
#ifndef ENGINE_STOCK
#include "quickjs.h"
// Of the contract's realm: every byte array that NEAR hands over is one.
static JSValue uint8_array;
#endif
#include "builder.c"

#define EXPORT(name) __attribute__((export_name(#name)))
#define ROOM_BYTES (1024 * 1024)
#define MAX_METHODS 256

// Bytecode first, then the methods' names, each ended by a zero. Untouched parts cost nothing in the module.
static uint8_t room[ROOM_BYTES];
static uint32_t code_bytes;
static uint32_t method_count;
static const char *method_names[MAX_METHODS];

EXPORT(engine_room) uint8_t *engine_room(void) { return room; }
EXPORT(engine_room_bytes) uint32_t engine_room_bytes(void) { return ROOM_BYTES; }

EXPORT(engine_load) void engine_load(uint32_t bytes, uint32_t count)
{
  const char *name = (const char *)room + bytes;

  if (count > MAX_METHODS)
    __builtin_trap();
  code_bytes = bytes;
  method_count = count;
  for (uint32_t i = 0; i < count; i++) {
    method_names[i] = name;
    name += strlen(name) + 1;
  }
}

#ifdef ENGINE_STOCK

// near-sdk-js's own macro makes the call: runtime, host functions, bytecode and module anew each time. Only where it
// spells the method's name as a constant, the name of the numbered method is put.
static const char *method_name;
#define code room
#define code_size code_bytes
#define JS_NewAtom(ctx, name) JS_NewAtom(ctx, method_name)
DEFINE_NEAR_METHOD(stock_call)
#undef JS_NewAtom

EXPORT(engine_call) void engine_call(uint32_t index)
{
  method_name = method_names[index];
  stock_call();
}

// Compiles the module whose text stands in `room`; the bytecode takes its place. Zero where the text is wrong.
EXPORT(engine_compile) uint32_t engine_compile(uint32_t bytes)
{
  JSContext *ctx = JS_NewCustomContext(JS_NewRuntime());
  JSValue module;
  uint8_t *compiled;
  size_t compiled_bytes;

  module = JS_Eval(ctx, (const char *)room, bytes, "contract.js",
                   JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY | JS_EVAL_FLAG_STRIP);
  if (JS_IsException(module))
    return 0;
  compiled = JS_WriteObject(ctx, &compiled_bytes, module, JS_WRITE_OBJ_BYTECODE);
  if (compiled == NULL || compiled_bytes > ROOM_BYTES)
    return 0;
  memcpy(room, compiled, compiled_bytes);
  return compiled_bytes;
}

#else

// Above this depth JavaScript throws. At 192 KiB the calls' frames would pass NEAR's own limit, which cannot be caught.
#define JS_STACK_BYTES (128 * 1024)

size_t malloc_usable_size(void *pointer);
void malloc_wipe_free(void);

// QuickJS counts what it allocates only to limit it and to collect cycles. NEAR limits memory, and no call allocates
// enough for cycles to matter.
static void *take(JSMallocState *state, size_t size) { return malloc(size); }
static void give_back(JSMallocState *state, void *pointer) { free(pointer); }

static void *resize(JSMallocState *state, void *pointer, size_t size)
{
  if (size != 0)
    return realloc(pointer, size);
  free(pointer);
  return NULL;
}

static const JSMallocFunctions heap = { take, give_back, resize, (size_t (*)(const void *))malloc_usable_size };

static JSContext *context;
static JSValue module_namespace;
static JSValue methods[MAX_METHODS];

// Without Date, Proxy, Promise and eval, which no contract needs and each call would pay for by the byte.
static JSContext *new_context(JSRuntime *rt)
{
  JSContext *ctx = JS_NewContextRaw(rt);

  JS_AddIntrinsicBaseObjects(ctx);
  JS_AddIntrinsicRegExp(ctx);
  JS_AddIntrinsicJSON(ctx);
  JS_AddIntrinsicMapSet(ctx);
  JS_AddIntrinsicTypedArrays(ctx);
  JS_AddIntrinsicBigInt(ctx);
  return ctx;
}

// The number of methods bound; the first one that is no function ends the count.
EXPORT(engine_boot) uint32_t engine_boot(void)
{
  JSRuntime *rt = JS_NewRuntime2(&heap, NULL);
  uint32_t i;

  JS_SetMaxStackSize(rt, JS_STACK_BYTES);
  context = new_context(rt);
  js_add_near_host_functions(context);
  uint8_array = JS_GetPropertyStr(context, JS_GetGlobalObject(context), "Uint8Array");
  module_namespace = js_load_module_binary(context, room, code_bytes);
  for (i = 0; i < method_count; i++) {
    methods[i] = JS_GetPropertyStr(context, module_namespace, method_names[i]);
    if (!JS_IsFunction(context, methods[i]))
      return i;
  }
  JS_RunGC(rt);
  malloc_wipe_free();
  return i;
}

EXPORT(engine_call) void engine_call(uint32_t index)
{
  JSValue result = JS_Call(context, methods[index], module_namespace, 0, NULL);

  if (JS_IsException(result)) {
    // As near-sdk-js does it, to the byte.
    JSValue error = JS_GetException(context);
    size_t message_bytes, stack_bytes;
    const char *message = JS_ToCStringLen(context, &message_bytes, JS_GetPropertyStr(context, error, "message"));
    const char *stack = JS_ToCStringLen(context, &stack_bytes, JS_GetPropertyStr(context, error, "stack"));
    char *text = malloc(message_bytes + 1 + stack_bytes);

    strncpy(text, message, message_bytes);
    text[message_bytes] = '\n';
    strncpy(text + message_bytes + 1, stack, stack_bytes);
    panic_utf8(message_bytes + 1 + stack_bytes, (uint64_t)text);
  }
}

#endif
