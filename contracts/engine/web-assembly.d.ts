// Owns the types of Node's WebAssembly that its own types leave out and the engine's build needs; leaves the rest to them.

declare namespace WebAssembly {
  namespace Module {
    function imports(module: Module): { module: string; name: string; kind: string }[];
    function exports(module: Module): { name: string; kind: string }[];
  }
  interface Memory {
    grow(pages: number): number;
  }
}
