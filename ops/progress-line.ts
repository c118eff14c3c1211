/** A bar on a terminal, a line every five seconds elsewhere; with rate and estimate. */
export function openProgressLine(out: NodeJS.WriteStream) {
  const begun = new Map<string, number>();
  let shownAtMs = 0;
  let open = false;
  const show = (text: string, last: boolean): void => {
    if (out.isTTY) out.write(`\r\u{1b}[2K${text}${last ? '\n' : ''}`);
    else out.write(`${text}\n`);
    open = out.isTTY === true && !last;
  };
  return {
    step: (step: string, done: number, total: number): void => {
      const now = performance.now();
      const since = begun.get(step) ?? now;
      begun.set(step, since);
      const last = done >= total;
      if (!last && now - shownAtMs < (out.isTTY ? 100 : 5_000)) return;
      shownAtMs = now;
      const seconds = (now - since) / 1_000;
      const rate = seconds > 0 ? done / seconds : 0;
      show(lineOf({ step, done, total, rate, seconds }), last);
    },
    say: (text: string): void => {
      if (open) out.write('\n');
      open = false;
      out.write(`${text}\n`);
    },
  };
}

function lineOf({
  step,
  done,
  total,
  rate,
  seconds,
}: {
  readonly step: string;
  readonly done: number;
  readonly total: number;
  readonly rate: number;
  readonly seconds: number;
}): string {
  const width = 24;
  const filled = Math.round((width * done) / Math.max(1, total));
  const bar = `${'#'.repeat(filled)}${'.'.repeat(width - filled)}`;
  const left = rate > 0 && done < total ? `, ${Math.ceil((total - done) / rate)} s left` : '';
  const counts = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const speed = `${Math.round(rate).toLocaleString('en')}/s, ${seconds.toFixed(1)} s${left}`;
  return `${step.padEnd(10)} ${bar} ${counts} (${speed})`;
}
