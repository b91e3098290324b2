import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TypedSet } from '../functions/typed/types.js';
import { exportsOf } from './component.js';
import { limitMemories } from './memory.js';
import { transpile } from './transpile.js';
import { hasFunction, typedFunctions } from './typed.js';

/** How each target brings a WebAssembly file: what stands in the generated module, for a file beside it. */
export const TARGETS = {
  node: {
    head: "import { readFile } from 'node:fs/promises';\n",
    module: (file: string) => `() => readFile(new URL('./${file}', import.meta.url))`,
  },
  deno: {
    head: '',
    module: (file: string) => `() => fetch(new URL('./${file}', import.meta.url))`,
  },
  web: {
    head: '',
    module: (file: string) => `() => fetch(new URL('./${file}', import.meta.url))`,
  },
  // Workers may not compile WebAssembly: each file is imported.
  workers: { head: '', module: undefined },
} as const;
export type Target = keyof typeof TARGETS;

export interface Job {
  sources: readonly { name: string; file: string }[];
  target: Target;
  out: string;
  readOnly: ReadonlySet<string>;
  memoryMib: number;
}

/** Interfaces that a store at the edge gives to functions, without their versions. */
const OFFERED = /^ferrite:(store\/(types|keys|strings|hashes|lists|sets|sorted-sets|streams|vectors|commands)|udf\/(log|values|descriptions))$/;

/** Transpiles components and writes a module that exports them as `functions`. Returns what to tell the user. */
export async function bundle({ sources, target, out, readOnly, memoryMib }: Job): Promise<string[]> {
  const lines: string[] = [];
  const entries: string[] = [];
  const head: string[] = ["import { defineFunctions } from '@ferritelabs/ferrite-wasm/functions';\n", TARGETS[target].head];
  const files = new Map<string, Uint8Array | string>();
  for (const [index, { name, file }] of sources.entries()) {
    if (sources.findIndex((source) => source.name === name) !== index) throw new Error(`two functions are named '${name}'`);
    const component = await read(file);
    const made = await transpile(component, name, file);
    const foreign = made.imports.filter((imported) => !OFFERED.test(imported));
    if (foreign.length > 0) {
      throw new Error(`${file} imports ${foreign.join(', ')}, which there is not at the edge: only ferrite:store and ferrite:udf/log`);
    }
    const typed = callable(component, file);
    const modules: string[] = [];
    for (const [path, bytes] of made.modules) {
      files.set(`${name}/${path}`, limitMemories(bytes, memoryMib));
      if (TARGETS[target].module) modules.push(`'${path}': ${TARGETS[target].module(`${name}/${path}`)}`);
      else {
        const variable = `module${index}_${modules.length}`;
        head.push(`import ${variable} from './${name}/${path}';\n`);
        modules.push(`'${path}': () => ${variable}`);
      }
    }
    files.set(`${name}/${name}.js`, made.glue);
    const variable = `instantiate${index}`;
    head.push(`import { instantiate as ${variable} } from './${name}/${name}.js';\n`);
    const sha256 = createHash('sha256').update(component).digest('hex');
    const permissions = readOnly.has(name) ? 'READ' : 'WRITE';
    const hasTyped = typed.functions.length + typed.refused.length > 0;
    entries.push(
      `  {\n    name: '${name}',\n    sha256: '${sha256}',\n    permissions: '${permissions}',\n` +
        (hasTyped ? `    typed: ${JSON.stringify(typed)},\n` : '') +
        `    modules: { ${modules.join(', ')} },\n    instantiate: ${variable},\n  },\n`,
    );
    lines.push(`${name}: ${component.length} bytes, sha256 ${sha256}, may ${permissions === 'READ' ? 'read' : 'read and write'}`);
  }
  files.set('index.js', `${head.join('')}\nexport const functions = defineFunctions([\n${entries.join('')}]);\n`);
  files.set(
    'index.d.ts',
    "import type { FunctionSet } from '@ferritelabs/ferrite-wasm/functions';\n\nexport declare const functions: FunctionSet;\n",
  );
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), bytes);
  }
  lines.push(`${join(out, 'index.js')} exports \`functions\`: new Ferrite({ functions })`);
  return lines;
}

/** The typed functions of a component. One in which nothing can be called is refused. */
function callable(component: Uint8Array, file: string): TypedSet {
  let exports, typed;
  try {
    exports = exportsOf(component);
    typed = typedFunctions(exports);
  } catch (cause) {
    throw new Error(`${file} cannot be bundled: ${(cause as Error).message}`, { cause });
  }
  const has = (name: string) => hasFunction(exports, name);
  const isCalled = has('call') || has('call-with-values') || (has('describe') && has('execute')) || typed.functions.length > 0;
  if (isCalled) return typed;
  const names = [...exports.keys()].join(', ') || 'nothing';
  const why = typed.refused.map(([name, reason]) => `; \`${name}\` cannot be called: ${reason}`).join('');
  throw new Error(`${file} exports ${names}, but not \`call\`, and no other function that can be called${why}`);
}

async function read(file: string): Promise<Uint8Array> {
  const bytes = await readFile(file);
  // A component's version field; a core module has another.
  const isComponent = bytes.subarray(0, 8).equals(Buffer.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]));
  if (!isComponent) throw new Error(`${file} is no WebAssembly component`);
  return bytes;
}
