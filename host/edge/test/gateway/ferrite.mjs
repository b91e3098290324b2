// The gateway of the server, `ferrite gateway`, which has to be the same to npm `openai` as the package's.

import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Serves a gateway with a configuration by the server FERRITE_BINARY: `{ origin, pid, close }`. */
export async function startServer(config) {
  const folder = await mkdtemp(join(tmpdir(), 'ferrite-gateway-server-'));
  await writeFile(join(folder, 'gateway.toml'), config);
  const args = ['gateway', '--config', 'gateway.toml', '--listen', '127.0.0.1:0', '--loglevel', 'warning'];
  const child = spawn(process.env.FERRITE_BINARY, args, {
    cwd: folder,
    env: { ...process.env, UPSTREAM_KEY: 'sk-upstream' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise((resolve, reject) => {
    let told = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
      const found = /ready on (\S+)\n/.exec(told)?.[1];
      if (found) resolve(found);
    });
    child.on('exit', (code) => reject(new Error(`ferrite gateway ended with ${code}: ${told}`)));
  });
  return {
    origin: `http://${address}`,
    pid: child.pid,
    async close() {
      child.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
