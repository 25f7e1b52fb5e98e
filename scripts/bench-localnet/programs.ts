// Owns the programs on which metered code is compared with the bare engine; leaves running them to metering.ts.

/** Functions in WebAssembly text, by a size: `main` takes a few milliseconds. They may use `$out` and 1,024 pages. */
export const PROGRAMS: Readonly<Record<string, (size: number) => string>> = {
  'arithmetic loop': (size) => `(func (export "main") (local $i i32) (local $a i64)
    (loop $l
      (local.set $a (i64.xor (i64.mul (local.get $a) (i64.const 6364136223846793005)) (i64.extend_i32_u (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const ${size * 10}))))
    (global.set $out (local.get $a)))`,
  'sieve in memory': (size) => `(func (export "main") (local $i i32) (local $j i32)
    (local.set $i (i32.const 2))
    (loop $outer
      (if (i32.eqz (i32.load8_u (local.get $i))) (then
        (local.set $j (i32.mul (local.get $i) (i32.const 2)))
        (block $done (loop $inner
          (br_if $done (i32.ge_u (local.get $j) (i32.const ${size})))
          (i32.store8 (local.get $j) (i32.const 1))
          (local.set $j (i32.add (local.get $j) (local.get $i)))
          (br $inner)))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $outer (i32.lt_u (local.get $i) (i32.const ${size})))))`,
  'recursive calls': (size) => `(func $fib (param $n i32) (result i32)
    (if (result i32) (i32.lt_u (local.get $n) (i32.const 2)) (then (local.get $n))
      (else (i32.add (call $fib (i32.sub (local.get $n) (i32.const 1))) (call $fib (i32.sub (local.get $n) (i32.const 2)))))))
    (func (export "main") (drop (call $fib (i32.const ${Math.round(18 + Math.log2(size / 1000))}))))`,
  'interpreter loop': (size) => `(func (export "main") (local $i i32) (local $a i32)
    (loop $l
      (block $d (block $c (block $b (block $a
        (br_table $a $b $c $d (i32.and (local.get $i) (i32.const 3))))
        (local.set $a (i32.add (local.get $a) (i32.const 3))) (br $d))
        (local.set $a (i32.xor (local.get $a) (local.get $i))) (br $d))
        (local.set $a (i32.rotl (local.get $a) (i32.const 5))))
      (i32.store (i32.and (local.get $a) (i32.const 0xffc)) (local.get $a))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const ${size * 4})))))`,
  floats: (size) => `(func (export "main") (local $i i32) (local $x f64)
    (local.set $x (f64.const 0.5))
    (loop $l
      (local.set $x (f64.sub (f64.mul (f64.mul (f64.const 3.9) (local.get $x)) (f64.sub (f64.const 1) (local.get $x))) (f64.const 1e-9)))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const ${size * 4}))))
    (global.set $out (i64.reinterpret_f64 (local.get $x))))`,
};
