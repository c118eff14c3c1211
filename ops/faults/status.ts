/** What the status page of an API says of how far its consumers are. */
export type Standing = {
  readonly head: bigint; // of the log
  readonly readModelsBehind: number; // events
  readonly courierBehind: number; // records
};

/** Null while nobody answers. */
export async function standingOf(url: string): Promise<Standing | null> {
  try {
    const response = await fetch(`${url}/`, { signal: AbortSignal.timeout(10_000) });
    const page = await response.text();
    const place = (of: string, figure: string) =>
      new RegExp(`<th scope="row">${of}</th><td>[^<]*</td>${figure}`).exec(page)?.[1];
    const [head, shown] = ['log', 'projector'].map((of) => place(of, '<td>(\\d+)</td>'));
    const courier = place('courier', '<td></td><td>(\\d+) records');
    if (head === undefined || shown === undefined || courier === undefined) return null;
    const behind = Number(BigInt(head) - BigInt(shown));
    return {
      head: BigInt(head),
      readModelsBehind: Math.max(0, behind),
      courierBehind: Number(courier),
    };
  } catch {
    return null;
  }
}

export function isCaughtUp(standing: Standing | null): boolean {
  return standing !== null && standing.readModelsBehind === 0 && standing.courierBehind === 0;
}

/** What the platform says of its machines, in one line. */
export async function healthOf(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) });
    const { status, checks } = (await response.json()) as {
      readonly status: string;
      readonly checks: Readonly<Record<string, string>>;
    };
    const ill = Object.entries(checks).filter(([, state]) => state !== 'ok');
    return [status, ...ill.map(([name, reason]) => `${name}: ${reason}`)].join('; ');
  } catch {
    return 'no answer';
  }
}
