/** Loaded into a process that is to run out of memory: it does when it is told. */
process.on('SIGUSR2', () => {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(10_000).fill(kept.length));
});
