// Owns what the shipped engine changes in QuickJS's text before it is compiled; leaves compiling to toolchain.ts, and each change's gain to docs/contract-build.md.

interface Change {
  find: string | RegExp;
  replace: string;
}

const CHANGES: readonly Change[] = [
  // A switch instead of a table of addresses: WebAssembly has no computed jump, so that the table is a detour.
  { find: '#define DIRECT_DISPATCH  1', replace: '#define DIRECT_DISPATCH  0' },
  { find: '#include "list.h"', replace: '#include "list.h"\n#include "fast-text.h"' },
  // Nothing interrupts a call but the end of its gas.
  { find: 'if (unlikely(--ctx->interrupt_counter <= 0)) {', replace: 'if (0) {' },
  // A text with only ASCII is its own UTF-8.
  {
    find: '        for (pos = 0; pos < len; pos++) {\n            count += src[pos] >> 7;',
    replace:
      '        for (pos = ascii_run(src, len); pos < len; pos++) {\n            count += src[pos] >> 7;',
  },
  {
    find: '    while (p < p_end && *p < 128)\n        p++;\n    len1 = p - p_start;',
    replace:
      '    p += ascii_run(p, buf_len);\n    while (p < p_end && *p < 128)\n        p++;\n    len1 = p - p_start;',
  },
  // JSON.stringify: what needs no escape is copied in one go.
  {
    find: '    for(i = 0; i < p->len; ) {\n        c = string_getc(p, &i);\n        switch(c) {',
    replace: `    for(i = 0; i < p->len; ) {
        size_t run = p->is_wide_char ? 0 : plain_run(p->u.str8 + i, p->len - i);
        if (run != 0) {
            if (string_buffer_write8(b, p->u.str8 + i, run))
                goto fail;
            i += run;
            continue;
        }
        c = string_getc(p, &i);
        switch(c) {`,
  },
  // JSON.parse: the same.
  {
    find: '        c = *p;\n        if (c < 0x20) {\n            if (!s->cur_func) {',
    replace: `        size_t run = s->cur_func ? 0 : plain_run(p, s->buf_end - p);
        if (run != 0) {
            if (string_buffer_write8(b, p, run))
                goto fail;
            p += run;
            continue;
        }
        c = *p;
        if (c < 0x20) {
            if (!s->cur_func) {`,
  },
  // Whole numbers as text, without printf.
  {
    find: 'snprintf(buf, sizeof(buf), "%d", JS_VALUE_GET_INT(val));',
    replace: 'write_decimal(buf, JS_VALUE_GET_INT(val));',
  },
  {
    find: 'snprintf(buf, sizeof(buf), "%u", __JS_AtomToUInt32(atom));\n        return JS_NewString',
    replace: 'write_decimal(buf, __JS_AtomToUInt32(atom));\n        return JS_NewString',
  },
  {
    find: 'snprintf(buf, sizeof(buf), "%" PRId64 , n);',
    replace: 'write_decimal(buf, n);',
  },
  // Finding a hash in a list of hashes: eight characters are compared at once.
  {
    find: '    if (len2 == 0)\n        return from;\n',
    replace: `    if (len2 == 0)
        return from;
    if (len2 >= 8 && !p1->is_wide_char && !p2->is_wide_char)
        return find_text(p1->u.str8, len1, p2->u.str8, len2, from);
`,
  },
  {
    find: '    if (len >= v_len && inc * (stop - start) >= 0) {\n        for (i = start;; i += inc) {',
    replace: `    if (!lastIndexOf && v_len != 0 && !p->is_wide_char && !p1->is_wide_char) {
        ret = string_indexof(p, p1, start);
    } else if (len >= v_len && inc * (stop - start) >= 0) {
        for (i = start;; i += inc) {`,
  },
  {
    find: '            for (i = from; i < len; i++) {\n                if (p->u.str8[i] == (uint8_t)c)',
    replace:
      '            for (i = skip_others(p->u.str8, len, c, from); i < len; i++) {\n                if (p->u.str8[i] == (uint8_t)c)',
  },
  // A text that grew once mostly grows again: it gets room for that.
  {
    find: '    p = js_alloc_string(ctx, len, is_wide_char);\n    if (!p)\n        return JS_EXCEPTION;\n    if (!is_wide_char) {\n        memcpy(p->u.str8, p1->u.str8',
    replace:
      '    p = js_alloc_string(ctx, len + (len >> 1), is_wide_char);\n    if (!p)\n        return JS_EXCEPTION;\n    p->len = len;\n    if (!is_wide_char) {\n        memcpy(p->u.str8, p1->u.str8',
  },
  {
    find: '    /* XXX: could also check if p1 is empty */\n',
    replace: '    if (p1->len == 0) {\n        JS_FreeValue(ctx, op1);\n        return op2;\n    }\n',
  },
  // A new property of a plain object, as literals and JSON.parse make them, needs none of the checks of the long way.
  {
    find: `    int ret;
    ret = JS_DefineProperty(ctx, this_obj, prop, val, JS_UNDEFINED, JS_UNDEFINED,
                            flags | JS_PROP_HAS_VALUE | JS_PROP_HAS_CONFIGURABLE | JS_PROP_HAS_WRITABLE | JS_PROP_HAS_ENUMERABLE);`,
    replace: `    int ret;
    if (JS_VALUE_GET_TAG(this_obj) == JS_TAG_OBJECT && (flags & ~JS_PROP_THROW) == JS_PROP_C_W_E) {
        JSObject *p = JS_VALUE_GET_OBJ(this_obj);
        JSProperty *pr;
        if (p->class_id == JS_CLASS_OBJECT && p->extensible && !find_own_property(&pr, p, prop)) {
            pr = add_property(ctx, p, prop, JS_PROP_C_W_E);
            if (unlikely(!pr)) {
                JS_FreeValue(ctx, val);
                return -1;
            }
            pr->u.value = val;
            return TRUE;
        }
    }
    ret = JS_DefineProperty(ctx, this_obj, prop, val, JS_UNDEFINED, JS_UNDEFINED,
                            flags | JS_PROP_HAS_VALUE | JS_PROP_HAS_CONFIGURABLE | JS_PROP_HAS_WRITABLE | JS_PROP_HAS_ENUMERABLE);`,
  },
  // Room for eight properties at once, where objects grew from two to three to four and their tables with them.
  {
    find: '#define JS_PROP_INITIAL_SIZE 2\n#define JS_PROP_INITIAL_HASH_SIZE 4 ',
    replace: '#define JS_PROP_INITIAL_SIZE 8\n#define JS_PROP_INITIAL_HASH_SIZE 8 ',
  },
  // Expressions written in the contract are compiled at build time; without the compiler the module is smaller.
  {
    find: `    re_bytecode_buf = lre_compile(&re_bytecode_len, error_msg,
                                  sizeof(error_msg), str, len, re_flags, ctx);`,
    replace: `    re_bytecode_buf = NULL;
    re_bytecode_len = 0;
    strcpy(error_msg, "this engine has no compiler of expressions");`,
  },
];

/** Functions of Math that only floating point needs; with them goes most of the mathematical library. */
export const MISSING_MATH = [
  ...[
    'acos',
    'asin',
    'atan',
    'atan2',
    'cos',
    'exp',
    'log',
    'sin',
    'tan',
    'cosh',
    'sinh',
    'tanh',
    'acosh',
    'asinh',
  ],
  ...['atanh', 'expm1', 'log1p', 'log2', 'log10', 'cbrt', 'hypot'],
];

/** Where the operations of a call are spent, by measurement. The rest is compiled for size. */
const HOT_FUNCTIONS = [
  'JS_CallInternal',
  'JS_GetPropertyInternal',
  'JS_SetPropertyInternal',
  'JS_DefineProperty',
  'JS_CreateProperty',
  'JS_GetPropertyValue',
  'JS_GetOwnPropertyInternal',
  'add_property',
  'add_shape_property',
  'js_new_shape2',
  'js_free_shape',
  'js_shape_hash_link',
  'js_shape_hash_unlink',
  'find_own_property',
  'find_own_property1',
  'get_shape_prop',
  'JS_NewObjectFromShape',
  'JS_NewObjectProtoClass',
  'js_create_from_ctor',
  '__JS_FreeValueRT',
  'free_gc_object',
  'js_malloc',
  'js_malloc_rt',
  'js_free',
  'js_free_rt',
  'js_realloc',
  'js_realloc_rt',
  'js_realloc2',
  'js_alloc_string_rt',
  'js_new_string8',
  'js_sub_string',
  'js_call_c_function',
  'js_array_buffer_constructor3',
  'JS_NewAtomLen',
  'JS_NewAtomStr',
  '__JS_NewAtom',
  '__JS_AtomToValue',
  'JS_FreeAtom',
  'JS_FreeAtomStruct',
  'JS_DupAtom',
  'JS_ValueToAtom',
  'JS_AtomIsArrayIndex',
  'is_num_string',
  'hash_string',
  'hash_string8',
  'JS_ToStringInternal',
  'JS_ToCStringLen2',
  'JS_NewStringLen',
  'JS_NewStringLenRaw',
  'JS_ToCStringLenRaw',
  'JS_ConcatString',
  'JS_ConcatString1',
  'js_string_memcmp',
  'js_string_compare',
  'js_strict_eq2',
  'js_add_slow',
  'string_getc',
  'string_buffer_putc8',
  'string_buffer_putc16',
  'string_buffer_putc',
  'string_buffer_write8',
  'string_buffer_concat',
  'string_buffer_concat_value_free',
  'string_buffer_end',
  'json_next_token',
  'json_parse_value',
  'js_parse_string',
  'js_json_to_str',
  'JS_ToQuotedString',
  'js_regexp_exec',
  'JS_DefinePropertyValue',
  'JS_DefinePropertyValueValue',
  'JS_FreeAtomRT',
  '__JS_FreeAtom',
  'JS_NewAtom',
  'JS_ToNumberHintFree',
  'JS_GetPrototypePrimitive',
  'JS_GetOwnPropertyNamesInternal',
  'resize_properties',
  'js_clone_shape',
  'free_property',
  'set_value',
  'expand_fast_array',
  'add_fast_array_element',
  'js_array_finalizer',
  'js_typed_array_constructor',
  'js_string_indexOf',
  'js_string_concat',
  'js_string_split',
  'string_indexof',
  'string_indexof_char',
  'string_cmp',
  'js_atof2',
];
const HOT_EXPRESSION_FUNCTIONS = ['lre_exec_backtrack'];

export function changeQuickjs(text: string): string {
  const math: Change[] = MISSING_MATH.map((name) => ({
    find: new RegExp(`^ *JS_CFUNC_(SPECIAL_)?DEF\\("${name}", \\d, [\\w, ]+\\),$`, 'gm'),
    replace: '',
  }));
  return compileForSize([...CHANGES, ...math].reduce(makeChange, text), HOT_FUNCTIONS);
}

/** Numbers of a hundred thousand digits would be multiplied faster, which no contract does. */
export function changeLibbf(text: string): string {
  return makeChange(text, { find: '#define USE_FFT_MUL', replace: '' });
}

function makeChange(text: string, { find, replace }: Change): string {
  const found = typeof find === 'string' ? text.split(find).length - 1 : [...text.matchAll(find)].length;
  if (found !== 1) throw new Error(`QuickJS has ${found} times, not once: ${find}. Its version changed.`);
  return text.replace(find, () => replace);
}

export function changeLibregexp(text: string): string {
  return compileForSize(text, HOT_EXPRESSION_FUNCTIONS);
}

const SMALL = '#pragma clang attribute push(__attribute__((minsize)), apply_to = function)';
const END_SMALL = '#pragma clang attribute pop';

/** All functions of the file but these. A definition begins in the first column and ends with a brace there. */
function compileForSize(text: string, hot: readonly string[]): string {
  const lines = text.split('\n');
  for (const name of hot) {
    const [from, to] = findDefinition(lines, name);
    lines[from] = `${END_SMALL}\n${lines[from]}`;
    lines[to] = `${lines[to]}\n${SMALL}`;
  }
  return [SMALL, ...lines, END_SMALL, ''].join('\n');
}

function findDefinition(lines: readonly string[], name: string): [from: number, to: number] {
  const head = new RegExp(`^[A-Za-z_][^;]*\\b${name}\\(`);
  for (const [from, line] of lines.entries()) {
    if (!head.test(line)) continue;
    const opened = lines.findIndex((at, index) => index >= from && /[;{]\s*$/.test(at));
    if (lines[opened]?.trimEnd().endsWith(';')) continue;
    return [from, lines.findIndex((at, index) => index > opened && at.startsWith('}'))];
  }
  throw new Error(`${name} is not defined in the engine's sources: its version changed`);
}
