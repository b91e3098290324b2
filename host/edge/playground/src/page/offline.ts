interface Policy {
  createScriptURL(url: string): string;
}

/** Keeps the page for when there is no network. The build writes the worker; while developing there is none. */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, policy: Policy): Policy } }).trustedTypes;
  const policy = types?.createPolicy('ferrite-worker', { createScriptURL: (url) => url });
  const url = policy?.createScriptURL('./worker.js') ?? './worker.js';
  navigator.serviceWorker.register(url).catch(() => undefined);
}
