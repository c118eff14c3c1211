import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { bucketIn, isS3Ready } from './bucket.ts';
import { programOfGo } from './go.ts';
import type { StackServer } from './server.ts';

const weed = programOfGo({
  name: 'weed',
  main: 'github.com/seaweedfs/seaweedfs/weed',
  version: 'v0.0.0-20261109003541-7506e5f91cd6',
  minutes: '6 to 35',
});

/** SeaweedFS, which is kept up: master, volumes, filer and S3 in one process. */
export const seaweedfs: StackServer = {
  name: 'seaweedfs',
  missing: weed.missing,
  unasked: weed.unasked,
  fetch: weed.fetch,
  command: async ({ port, folder }) => {
    writeFileSync(join(folder, 's3.json'), JSON.stringify(identities));
    const inner = await innerPorts(folder);
    const ports = Object.entries({ ...inner, 's3.port': port });
    return {
      program: weed.program,
      args: [
        ...['server', '-dir', folder, '-ip', '127.0.0.1', '-ip.bind', '127.0.0.1'],
        ...['-filer', '-s3', '-s3.config', join(folder, 's3.json')],
        ...['-volume.max', '20', '-master.volumeSizeLimitMB', '256', '-volume.preStopSeconds', '0'],
        ...['-master.electionTimeout', '1s', '-master.heartbeatInterval', '100ms'], // it is alone
        ...ports.map(([name, number]) => `-${name}=${number}`),
      ],
    };
  },
  isReady: isS3Ready,
  option: (port) => ({ name: 'PARLEY_OBJECTS', value: bucketIn.urlOn(port) }),
};

const identities = {
  identities: [
    {
      name: 'parley',
      credentials: [{ accessKey: bucketIn.key, secretKey: bucketIn.secret }],
      actions: ['Admin', 'Read', 'Write', 'List', 'Tagging'],
    },
  ],
};

/** The same at every start: what it has stored names them. */
async function innerPorts(folder: string): Promise<Readonly<Record<string, number>>> {
  const file = join(folder, 'ports.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const names = ['master.port', 'volume.port', 'filer.port'];
  const all = [...names, ...names.map((name) => `${name}.grpc`), 's3.port.grpc'];
  const ports: Record<string, number> = {};
  for (const name of all) ports[name] = await freePort();
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}
