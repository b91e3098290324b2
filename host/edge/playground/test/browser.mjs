import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** Serves the built page on a free port of this machine. `post` answers what is no file; `replaced` changes files on their way. */
export async function serve(post) {
  const replaced = new Map();
  const server = createServer(async (request, response) => {
    if (request.method === 'POST' && post) return post(request, response);
    const path = normalize(new URL(request.url, 'http://x').pathname);
    try {
      const file = await readFile(join(DIST, path === '/' ? 'index.html' : path));
      response
        .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html' })
        .end(replaced.has(path) ? replaced.get(path)(String(file)) : file);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, replaced, close };
}

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

/** Runs a line in the command line: what it printed. */
export async function run(page, line) {
  const replies = page.locator('.log .reply');
  const before = await replies.count();
  await page.locator('#line').fill(line);
  await page.locator('#line').press('Enter');
  await page.waitForFunction((before) => {
    const all = document.querySelectorAll('.log .reply');
    return all.length > before && all[all.length - 1].textContent !== '';
  }, before);
  return replies.last().innerText();
}

export const open = (page, tab) => page.locator(`#tab-${tab}`).click();
