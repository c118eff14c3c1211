import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Run after `npm install`: writes the lock entries of platform packages that a registry did not
 * serve. npm leaves such optional packages out of the lock and then `npm ci` calls the lock out of
 * step.
 */
const lockPath = new URL('../../package-lock.json', import.meta.url);
const lock: Lock = JSON.parse(readFileSync(lockPath, 'utf8'));
const added = missingPlatformPackages(lock);
for (const [name, version] of added) lock.packages[`node_modules/${name}`] = entry(name, version);
if (added.size > 0) writeFileSync(lockPath, `${JSON.stringify(sorted(lock), null, 2)}\n`);
console.log(added.size === 0 ? 'The lock is complete.' : `Added ${[...added.keys()].join(', ')}.`);

type Package = { readonly optionalDependencies?: Readonly<Record<string, string>> };
type Lock = { packages: Record<string, Package> };

function missingPlatformPackages({ packages }: Lock): Map<string, string> {
  const missing = new Map<string, string>();
  for (const { optionalDependencies = {} } of Object.values(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`));
      if (!known) missing.set(name, version);
    }
  }
  return missing;
}

function entry(name: string, version: string): object {
  const words = name.split(/[/-]/);
  const os = words.find((word) =>
    ['darwin', 'linux', 'win32', 'android', 'freebsd'].includes(word),
  );
  const cpu = words.find((word) =>
    ['x64', 'arm64', 'arm', 'ia32', 's390x', 'ppc64'].includes(word),
  );
  if (!os || !cpu)
    throw new Error(`${name} does not name its platform: write its lock entry by hand`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  const plain = version.replace(/^[\^~]/, '');
  return { version: plain, cpu: [cpu], ...(libc && { libc }), optional: true, os: [os] };
}

function sorted({ packages, ...rest }: Lock): Lock {
  const inOrder = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  return { ...rest, packages: Object.fromEntries(inOrder) };
}
