// Cloudflare's runtime, with the modules of a folder.

import { spawn } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Runs a Worker: the file `main` of the folder, with every other WebAssembly file there as a module under the name by which it
 * is imported. Where it has a class `Store` for a Durable Object, `hasObject` binds it as `STORE`. `variables` are names of
 * bindings, whose values do not matter.
 */
export async function startWorkerd(folder, main, hasObject = false, variables = []) {
  await writeFile(join(folder, 'workerd.capnp'), await configuration(folder, main, hasObject, variables));
  const program = join(dirname(require.resolve('workerd/package.json')), '../.bin/workerd');
  const child = spawn(program, ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const port = await new Promise((resolve, reject) => {
    let told = '';
    child.stdio[3].on('data', (chunk) => {
      told += chunk;
      const port = /"event":"listen","socket":"http","port":(\d+)/.exec(told)?.[1];
      if (port) resolve(Number(port));
    });
    child.on('exit', (code) => reject(new Error(`workerd ended with ${code}`)));
  });
  return { port, pid: child.pid, close: () => child.kill() };
}

async function configuration(folder, main, hasObject, variables) {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.wasm'));
  const modules = files.map((file) => `    (name = "${file}", wasm = embed "${file}"),\n`).join('');
  const object = `  durableObjectNamespaces = [(className = "Store", uniqueKey = "ferrite-tests")],
  durableObjectStorage = (inMemory = void),
  bindings = [(name = "STORE", durableObjectNamespace = "Store")],
`;
  const bindings = `  bindings = [${variables.map((name) => `(name = "${name}", text = "sk-variable")`).join(', ')}],\n`;
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  compatibilityDate = "2025-09-01",
  compatibilityFlags = ["enable_request_signal"],
  modules = [
    (name = "${main}", esModule = embed "${main}"),
${modules}  ],
${hasObject ? object : bindings});
`;
}
