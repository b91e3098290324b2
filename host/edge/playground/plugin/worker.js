// The service worker: everything that the build consists of, kept, and answered from there. See offline.js.
const PREFIX = 'ferrite-playground ';
const CACHE = PREFIX + __VERSION__;
const FILES = __FILES__;

self.addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(FILES.map((file) => new Request(file, { cache: 'no-cache' })));
  };
  event.waitUntil(keep());
});

self.addEventListener('activate', (event) => {
  const begin = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
    }
    await self.clients.claim();
  };
  event.waitUntil(begin());
});

// The user asked for this version: see src/page/offline.ts.
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  const root = new URL('./', self.location);
  if (!url.href.startsWith(root.href)) return;
  const file = url.pathname.slice(root.pathname.length) || 'index.html';
  if (!FILES.includes(file)) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    return (await cache.match(new URL(file, root))) ?? fetch(request);
  };
  event.respondWith(answer());
});
