import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../../tidy/sources.ts';
import { dearestLines, flamePicture } from '../flame.ts';
import type { CpuProfile } from './inspector.ts';

let kept = 0; // microseconds of the longest profile of this run

/** Keeps the busiest profile of a run: for V8's viewers, as a picture, and its dearest lines. */
export function keepProfile(profile: CpuProfile): void {
  const lines = dearestLines(profile, 25);
  const busy = lines.reduce((sum, { selfMs }) => sum + selfMs, 0);
  if (busy < kept) return;
  kept = busy;
  const name = basename(process.argv[1] ?? 'bench', '.bench.ts');
  const folders = ['ops/bench/profiles', 'ops/docs/pictures'].map((path) => join(root, path));
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  const [raw = '', pictures = ''] = folders;
  writeFileSync(join(raw, `${name}.cpuprofile`), JSON.stringify(profile));
  const said = lines.map(({ share, where }) => `${(share * 100).toFixed(1)} % ${where}\n`);
  writeFileSync(join(raw, `${name}.txt`), said.join(''));
  writeFileSync(
    join(pictures, `flame-${name}.svg`),
    flamePicture(`${name}: where CPU goes`, profile),
  );
}
