// Owns noticing that the npm which started this process is gone; leaves what follows to scripts/start.ts.

const LOOK_PAUSE_MS = 250;

// npm runs a script through a shell, and a signal to npm may end that shell alone. Without this look the product
// would run on unseen, holding its port and its data folder. Started without npm, it has no such parent.
export function watchNpm(options: { env: NodeJS.ProcessEnv; gone: () => void }): void {
  if (options.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    options.gone();
  }, LOOK_PAUSE_MS);
  timer.unref();
}
