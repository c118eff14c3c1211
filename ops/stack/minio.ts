import { bucketIn, isS3Ready } from './bucket.ts';
import { programOfGo } from './go.ts';
import type { StackServer } from './server.ts';

const minioProgram = programOfGo({
  name: 'minio',
  main: 'github.com/minio/minio',
  version: 'v0.0.0-20260212201848-7aac2a2c5b7c', // the last one: it is archived
  minutes: '4 to 10',
});

/** MinIO's server, as it was when it was archived: for specs only, as people still run it. */
export const minio: StackServer = {
  name: 'minio',
  missing: minioProgram.missing,
  unasked: minioProgram.unasked,
  fetch: minioProgram.fetch,
  command: ({ port, folder }) => ({
    program: minioProgram.program,
    args: ['server', '--quiet', '--address', `127.0.0.1:${port}`, `${folder}/data`],
    environment: {
      ...{ MINIO_ROOT_USER: bucketIn.key, MINIO_ROOT_PASSWORD: bucketIn.secret },
      ...{ MINIO_BROWSER: 'off', MINIO_UPDATE: 'off' },
    },
  }),
  isReady: isS3Ready,
  option: (port) => ({ name: 'PARLEY_OBJECTS', value: bucketIn.urlOn(port) }),
};
