/** What jco makes of a component. */
export interface Transpiled {
  /** The interfaces that it imports, without versions. */
  imports: string[];
  /** Its core modules by file name. */
  modules: [string, Uint8Array][];
  glue: string;
}

/** Transpiles a component. jco is large and only needed here: it is installed by whoever bundles. */
export async function transpile(component: Uint8Array, name: string, file: string): Promise<Transpiled> {
  const jco = await import('@bytecodealliance/jco-transpile').catch(() => {
    throw new Error('bundling needs jco: npm install --save-dev @bytecodealliance/jco-transpile');
  });
  let made;
  try {
    made = await jco.transpileBytes(component, { name, instantiation: 'sync', wasiShim: false, emitTypescriptDeclarations: false });
  } catch (cause) {
    throw new Error(`${file} cannot be transpiled: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const files = Object.entries(made.files).map(([path, bytes]) => [path.slice(path.lastIndexOf('/') + 1), bytes] as const);
  const glue = files.find(([path]) => path === `${name}.js`)![1];
  return {
    imports: made.imports.map((imported) => imported.replace(/@.*$/, '')),
    modules: files.filter(([path]) => path.endsWith('.wasm')).map(([path, bytes]) => [path, bytes]),
    glue: withExactText(withoutDebugging(new TextDecoder().decode(glue))),
  };
}

/** jco's glue asks the environment at every step whether to log it, which takes longer than the step. */
function withoutDebugging(glue: string): string {
  return glue.replace('if (!globalThis?.process?.env?.JCO_DEBUG) { return; }', 'return;');
}

/** jco's glue takes a byte order mark off the texts that a component returns, and lets those pass that are no UTF-8. */
function withExactText(glue: string): string {
  return glue.replaceAll('new TextDecoder()', "new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })");
}
