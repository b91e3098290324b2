// The page as a real server serves it: `ferrite --http 0 --http-root dist`. FERRITE_BINARY names the program, FERRITE_FUNCTION a
// component to load; without the first nothing can be tested here.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch, open, run } from './browser.mjs';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const { FERRITE_BINARY: binary, FERRITE_FUNCTION: component } = process.env;

if (binary) {
  let folder, server, browser, page;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ferrite-playground-'));
    server = spawn(binary, ['--port', '0', '--http', '0', '--http-root', DIST, '--dir', folder, '--save', ''], {
      env: { ...process.env, FERRITE_HTTP_TOKEN: 'a-secret' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await new Promise((resolve, reject) => {
      let text = '';
      const look = (chunk) => {
        text += chunk;
        const found = /HTTP at (http:\/\/\S+?),/.exec(text)?.[1];
        if (found) resolve(found);
      };
      server.stdout.on('data', look);
      server.stderr.on('data', look);
      server.on('exit', () => reject(new Error(`the server ended: ${text}`)));
    });
    browser = await launch();
    page = await browser.newPage();
    await page.goto(url);
    await page.locator('#line').waitFor();
  });
  after(async () => {
    await browser?.close();
    server?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  test('the page asks its own server, with the token', async () => {
    await open(page, 'store');
    await page.locator('#token').fill('a-secret');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByText(/^Connected to/).waitFor();
    assert.equal(await run(page, 'SET bytes "\\xff\\x00"'), 'OK');
    assert.equal(await run(page, 'GET bytes'), '"\\xff\\x00"');
    assert.match(await run(page, 'LPUSH bytes x'), /^\(error\) WRONGTYPE/);
    await open(page, 'keys');
    await page.locator('.keys li', { hasText: 'bytes' }).waitFor();
  });

  test('a component is loaded and called, and what it wrote is shown', async () => {
    await open(page, 'functions');
    await page.locator('#load-file').setInputFiles(component);
    await page.getByRole('button', { name: 'Load' }).click();
    await page.locator('.functions .plain code', { hasText: 'rate-limit' }).waitFor();
    assert.match(await run(page, 'WASM.CALL rate-limit KEYS limit ARGS 3 60000'), /^1\) \(integer\) 1\n2\) \(integer\) 2/);
    await page.locator('#call-name').fill('rate-limit');
    await page.locator('#call-keys').fill('touched');
    await page.locator('#call-args').fill('3 60000');
    await page.getByRole('button', { name: 'Call' }).click();
    await page.getByText(/Keys that changed:\s+touched: new/).waitFor();
  });
}
