import { element, escaped, svg, titled } from './chart.ts';
import type { CpuProfile } from './load/inspector.ts';

/** A function, or a package, with what was spent in its own lines. */
export type DearLine = {
  readonly where: string; // file:line function
  readonly selfMs: number;
  readonly share: number; // of the busy time
};

type Frame = { readonly name: string; ms: number; readonly below: Map<string, Frame> };

const framesTall = 15;
const pictureWidth = 700;
const tallestMax = 28; // frames above each other

/** The functions in whose own lines the most time went; waiting for work is left out. */
export function dearestLines(profile: CpuProfile, most: number): readonly DearLine[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const self = new Map<string, number>();
  for (const [id, ms] of selfTimes(profile)) {
    const node = nodes.get(id);
    if (!node || isIdle(node.callFrame.functionName)) continue;
    const where = placeOf(node.callFrame);
    self.set(where, (self.get(where) ?? 0) + ms);
  }
  const busy = [...self.values()].reduce((sum, ms) => sum + ms, 0);
  return [...self]
    .map(([where, selfMs]) => ({ where, selfMs, share: busy === 0 ? 0 : selfMs / busy }))
    .sort((one, other) => other.selfMs - one.selfMs)
    .slice(0, most);
}

/** Time across, callers below their callees' boxes; boxes under two pixels are left out. */
export function flamePicture(title: string, profile: CpuProfile): string {
  const top = stacked(profile);
  const boxes: string[] = [];
  let tallest = 0;
  const draw = (frame: Frame, left: number, depth: number): void => {
    const wide = (frame.ms / top.ms) * pictureWidth;
    if (wide < 2 || depth > tallestMax) return;
    tallest = Math.max(tallest, depth);
    boxes.push(box(frame, { left, wide, depth, whole: top.ms }));
    let at = left;
    for (const child of [...frame.below.values()].sort((a, b) => b.ms - a.ms)) {
      draw(child, at, depth + 1);
      at += (child.ms / top.ms) * pictureWidth;
    }
  };
  draw(top, 10, 0);
  return svg(40 + (tallest + 1) * framesTall, title, boxes);
}

function box(
  { name, ms }: Frame,
  at: {
    readonly left: number;
    readonly wide: number;
    readonly depth: number;
    readonly whole: number;
  },
): string {
  const y = 30 + at.depth * framesTall;
  const share = ((ms / at.whole) * 100).toFixed(1);
  const room = Math.floor(at.wide / 5.4);
  const label = room < 4 ? '' : name.slice(0, room);
  const place = { x: at.left, y, width: at.wide, height: framesTall - 1 };
  return [
    `<g>${titled(`${name}: ${share} %, ${ms.toFixed(0)} ms`)}`,
    element('rect', { ...place, fill: warmth(name) }),
    element('text', { x: at.left + 2, y: y + 11, 'font-size': 9, fill: '#222' }, escaped(label)),
    '</g>',
  ].join('');
}

function stacked({ nodes, ...profile }: CpuProfile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const times = selfTimes({ nodes, ...profile });
  const top: Frame = { name: 'all', ms: 0, below: new Map() };
  const add = (id: number, under: Frame): number => {
    const node = byId.get(id);
    if (!node || isIdle(node.callFrame.functionName)) return 0;
    const name = placeOf(node.callFrame);
    const frame = under.below.get(name) ?? { name, ms: 0, below: new Map() };
    under.below.set(name, frame);
    const inside = (node.children ?? []).reduce((sum, child) => sum + add(child, frame), 0);
    const ms = (times.get(id) ?? 0) + inside;
    frame.ms += ms;
    return ms;
  };
  const [first] = nodes;
  for (const child of first?.children ?? []) top.ms += add(child, top);
  return top;
}

function selfTimes({ samples, timeDeltas }: CpuProfile): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const [at, id] of samples.entries()) {
    times.set(id, (times.get(id) ?? 0) + (timeDeltas[at] ?? 0) / 1_000);
  }
  return times;
}

function isIdle(name: string): boolean {
  return name === '(idle)' || name === '(program)';
}

/** `api/live/outbox.ts:47 next`, `ws sender.js:12 send`, `node:net write`. */
function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']) {
  const name = functionName || 'anonymous';
  if (url === '') return name;
  if (url.startsWith('node:')) return `${url} ${name}`;
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?:.*\/)?([^/]+)$/.exec(url);
  if (inPackage) return `${inPackage[1]} ${inPackage[2]}:${lineNumber + 1} ${name}`;
  const own = /\/((?:domain|schemas|commands|projections|api|workers|ops)\/[^?]+)$/.exec(url)?.[1];
  return `${own ?? 'generated'}:${lineNumber + 1} ${name}`;
}

/** Ours blue, packages sand, Node and V8 grey. */
function warmth(name: string): string {
  if (/^(domain|schemas|commands|projections|api|workers|ops)\//.test(name)) return '#8fb8de';
  return / [^ ]+:\d+ /.test(name) ? '#e3c58f' : '#c4c8cc';
}
