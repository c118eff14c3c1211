import { execFileSync, spawnSync } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own: an ext4 image, mounted by loop. */
export type Image = {
  readonly folder: string; // where it is mounted
  /** The bytes that have reached the disk so far, as another disk: what a power cut leaves. */
  copy(name: string): Image;
  [Symbol.dispose](): void;
};

/** Why images cannot be had here; null when they can. */
export function missingImages(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'mounting needs root on Linux';
  const tools = ['mkfs.ext4', 'mount', 'losetup'];
  const absent = tools.filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (absent.length > 0) return `${absent.join(', ')} cannot be found`;
  const found = spawnSync('losetup', ['--find']);
  return found.status === 0 ? null : 'there is no loop device';
}

export type ImageOptions = {
  readonly scratch: string;
  readonly name: string;
  readonly mib: number;
};

export function makeImage({ scratch, name, mib }: ImageOptions): Image {
  const file = join(scratch, `${name}.img`);
  execFileSync('truncate', ['-s', `${mib}M`, file]);
  execFileSync('mkfs.ext4', ['-q', '-F', '-m', '0', file]);
  return mountImage(scratch, name);
}

function mountImage(scratch: string, name: string): Image {
  const file = join(scratch, `${name}.img`);
  const folder = join(scratch, name);
  mkdirSync(folder);
  execFileSync('mount', ['-o', 'loop', file, folder]);
  return {
    folder,
    copy: (next) => {
      copyFileSync(file, join(scratch, `${next}.img`), constants.COPYFILE_FICLONE);
      return mountImage(scratch, next);
    },
    [Symbol.dispose]: () => {
      spawnSync('umount', [folder]);
      rmSync(file, { force: true });
    },
  };
}
