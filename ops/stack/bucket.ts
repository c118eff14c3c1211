import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'minio';

/** What the S3 servers of the stack have: one bucket, and one key for it. */
export const bucketIn = {
  ...{ key: 'parley-stack', secret: 'only-for-trying-it', name: 'parley', region: 'us-east-1' },
  urlOn: (port: number): string =>
    `s3://${bucketIn.key}:${bucketIn.secret}@127.0.0.1:${port}/${bucketIn.name}`,
};

const probe = 'stack/is-it-ready';
const answerMsMax = 20_000; // SeaweedFS makes its first volumes at the first write

/** Whether it keeps what it is given in the bucket, which is made here when it is not there. */
export async function isS3Ready(port: number): Promise<boolean> {
  const { key, secret, name, region } = bucketIn;
  const client = new Client({
    ...{ endPoint: '127.0.0.1', port, useSSL: false, region },
    ...{ accessKey: key, secretKey: secret, retryOptions: { disableRetry: true } },
  });
  try {
    const tried = (async () => {
      if (!(await client.bucketExists(name))) await client.makeBucket(name, region);
      await client.putObject(name, probe, 'x');
      await client.removeObject(name, probe);
      return true;
    })();
    return await Promise.race([tried, pause(answerMsMax, false, { ref: false })]);
  } catch {
    return false; // it is not there yet, or not yet able
  }
}
