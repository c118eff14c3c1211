const secondsMax = 10;

/**
 * Resolves with the first SIGINT or SIGTERM. From then on the process ends within ten seconds,
 * whatever hangs; a second Ctrl-C does no harm.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        setTimeout(giveUp, secondsMax * 1000).unref();
        resolve(signal);
      });
    }
  });
}

function giveUp(): void {
  console.error(`Not stopped after ${secondsMax} s: ending now. Nothing acknowledged is lost.`);
  process.exit(1);
}
