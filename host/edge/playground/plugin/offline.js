import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes the service worker: `worker.js` with the list of the files of this build, and a version made of their contents. */
export function offline(worker, publicFolder) {
  return {
    name: 'ferrite:offline',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const digest = createHash('sha256');
      const files = [];
      const add = (name, content) => {
        files.push(name);
        digest.update(name).update(content);
      };
      for (const name of Object.keys(bundle).sort()) {
        const file = bundle[name];
        if (!name.endsWith('.map')) add(name, file.type === 'chunk' ? file.code : file.source);
      }
      for (const name of readdirSync(publicFolder).sort()) add(name, readFileSync(join(publicFolder, name)));
      if (!files.includes('index.html')) files.push('index.html');
      const source = readFileSync(worker, 'utf8')
        .replace('__VERSION__', JSON.stringify(digest.digest('hex').slice(0, 16)))
        .replace('__FILES__', JSON.stringify(files));
      this.emitFile({ type: 'asset', fileName: 'worker.js', source });
    },
  };
}
