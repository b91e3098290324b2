// The mock upstream, as a child process: `ferrite mock-openai` without the rest of Ferrite.

import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Starts it on a free port. It is that of the server FERRITE_BINARY, or the program FERRITE_MOCK_OPENAI; without either, cargo
 * builds it.
 */
export async function startMock() {
  const [command, ...first] = program();
  const child = spawn(command, [...first, '--port', '0', '--keep', '100'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const origin = await new Promise((resolve, reject) => {
    let told = '';
    child.stdout.on('data', (chunk) => {
      told += chunk;
      const found = /http:\/\/[\d.:]+/.exec(told);
      if (found) resolve(found[0]);
    });
    child.on('exit', (code) => reject(new Error(`the mock ended with ${code}`)));
  });
  return {
    origin,
    /** A port on which nobody listens. */
    closedPort: await closedPort(),
    close: () => child.kill(),
    /** Says how it behaves from now on, and forgets what it was asked. */
    async script(toml = '') {
      const answer = await fetch(`${origin}/mock/script`, { method: 'PUT', body: toml });
      if (!answer.ok) throw new Error(await answer.text());
      await fetch(`${origin}/mock/requests`, { method: 'DELETE' });
    },
    async requests() {
      return (await (await fetch(`${origin}/mock/requests`)).json()).requests;
    },
    /** The requests once they are as they should be; a timeout shows what they were. */
    async requestsUntil(isSo) {
      for (const until = Date.now() + 10_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
        const requests = await this.requests();
        if (isSo(requests)) return requests;
        const seen = requests.map(({ number, path, status, end }) => ({ number, path, status, end }));
        if (Date.now() > until) throw new Error(`the mock's requests: ${JSON.stringify(seen)}`);
      }
    },
  };
}

async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function program() {
  if (process.env.FERRITE_BINARY) return [process.env.FERRITE_BINARY, 'mock-openai'];
  if (process.env.FERRITE_MOCK_OPENAI) return [process.env.FERRITE_MOCK_OPENAI];
  const what = ['--package', 'ferrite-mock-openai', '--example', 'mock-openai'];
  const build = ['build', '--quiet', '--release', ...what, '--message-format', 'json'];
  const printed = execFileSync('cargo', build, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = printed.trim().split('\n');
  const executable = lines.map((line) => JSON.parse(line).executable).findLast((file) => file);
  return [executable];
}
