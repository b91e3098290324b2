/** How Workers and bundlers give a WebAssembly file: as a compiled module. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
