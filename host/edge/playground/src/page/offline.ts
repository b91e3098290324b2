interface Policy {
  createScriptURL(url: string): string;
}

/**
 * Keeps the page for when there is no network. The build writes the worker; while developing there is none. `onNew` is told
 * when another version is there, with what turns to it.
 */
export function keepOffline(onNew: (renew: () => void) => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, policy: Policy): Policy } }).trustedTypes;
  const policy = types?.createPolicy('ferrite-worker', { createScriptURL: (url) => url });
  const url = policy?.createScriptURL('./worker.js') ?? './worker.js';
  navigator.serviceWorker.register(url).then(
    (registration) => {
      const offer = (worker: ServiceWorker) => {
        // The first one of all is no new version.
        if (!navigator.serviceWorker.controller) return;
        onNew(() => {
          navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
          worker.postMessage('take over');
        });
      };
      if (registration.waiting) offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => {
          if (worker.state === 'installed') offer(worker);
        });
      });
    },
    () => undefined,
  );
}
