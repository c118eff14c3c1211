import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100; // USER_HZ of every Linux that Node runs on; see proc(5)

/** What a process and all below it have used so far, from /proc. */
export type Usage = {
  readonly cpuSeconds: number;
  readonly bytes: number; // proportional set size: pages that several share are counted once
  readonly handles: number; // open files and sockets
  readonly writtenBytes: number; // to the disk
  readonly byName: ReadonlyMap<string, number>; // CPU-seconds by program
};

/** Usage of a process tree; children that have ended are counted with their parents. */
export function usageOf(root: number): Usage {
  const byName = new Map<string, number>();
  let bytes = 0;
  let handles = 0;
  let writtenBytes = 0;
  for (const pid of treeOf(root)) {
    const seconds = cpuSecondsOf(pid);
    if (seconds === null) continue;
    const name = nameOf(pid);
    byName.set(name, (byName.get(name) ?? 0) + seconds);
    bytes += proportionalBytes(pid);
    handles += handlesOf(pid);
    writtenBytes += writtenBytesOf(pid);
  }
  const cpuSeconds = [...byName.values()].reduce((sum, seconds) => sum + seconds, 0);
  return { cpuSeconds, bytes, handles, writtenBytes, byName };
}

/** CPU-seconds of one process alone: cheap enough to ask often. */
export function cpuSecondsOf(pid: number): number | null {
  const fields = statOf(pid);
  if (!fields) return null;
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return (user + system + childUser + childSystem) / ticksPerSecond;
}

/** A process and all below it. */
export function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    const parent = Number(statOf(pid)?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  const visit = (pid: number): void => {
    found.push(pid);
    for (const child of children.get(pid) ?? []) visit(child);
  };
  visit(root);
  return found;
}

/** The fields behind the name: state, parent, … as in proc(5), null when the process has gone. */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'gone';
  }
}

function proportionalBytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

function handlesOf(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

/** What the kernel sent to storage for it (proc(5), io); 0 where that may not be read. */
function writtenBytesOf(pid: number): number {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Busy seconds of one core since the machine's start, and those another machine took from it. */
export function busySecondsOf(core: number): { readonly busy: number; readonly stolen: number } {
  const line = new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync('/proc/stat', 'utf8'))?.[1];
  const [user = 0, nice = 0, system = 0, , , interrupts = 0, soft = 0, stolen = 0] = (line ?? '')
    .split(' ')
    .map((ticks) => Number(ticks) / ticksPerSecond);
  return { busy: user + nice + system + interrupts + soft, stolen };
}
