import { minio } from '../stack/minio.ts';
import type { Defect } from './defect.ts';

const room = 'ops/adapters/objects';
const embedded = `${room}/embedded.int.spec.ts`;

/** Where media lie, and in the links that lead there. */
export const objectsDefects: readonly Defect[] = [
  {
    name: 'key-is-any-path',
    says: 'a key may name any file of the machine',
    breaks: 'bad input harms nobody',
    file: `${room}/checks.ts`,
    text: 'key.length <= keyCharsMax && keyPattern.test(key)',
    instead: 'key.length <= keyCharsMax',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'form-of-any-size',
    says: 'a form brings as much as it likes, whatever its policy says',
    breaks: 'bad input harms nobody',
    file: `${room}/embedded/folder.ts`,
    text: 'bytes + piece.length > bytesMax',
    instead: 'bytes > bytesMax && false',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'link-for-ever',
    says: 'links are good for ever',
    breaks: 'law 8',
    file: `${room}/embedded/links.ts`,
    text: '!(Number(until) * 1_000 > now())',
    instead: 'Number(until) > now()',
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'script-is-shown',
    says: 'a picture with a script in it is shown as a page of ours',
    breaks: 'bad input harms nobody',
    file: `${room}/disposition.ts`,
    text: "show === 'inline' && inert.test(contentType)",
    instead: "show === 'inline'",
    caughtBy: [{ spec: embedded }],
  },
  {
    name: 'put-once-is-put-twice',
    says: 'an object that may be put once is put again after its answer was lost',
    breaks: 'promise: what would not be the same when done twice is asked once',
    file: `${room}/s3.ts`,
    text: 'ifAbsent ? s3.once : s3.again',
    instead: 's3.again',
    caughtBy: [{ spec: `${room}/s3.int.spec.ts`, test: 'is asked once' }],
  },
  {
    name: 'refusals-hold-connections',
    says: 'each refusal of an S3 that cannot now takes a connection for ever',
    breaks: 'law 13',
    file: `${room}/s3-connection.ts`,
    text: 'if (unread.has(response.statusCode ?? 0)) response.resume();',
    instead: '',
    caughtBy: [{ spec: `${room}/s3.int.spec.ts`, test: 'holds no connection' }],
  },
  {
    name: 'unfinished-are-overlooked',
    says: 'uploads that nobody finished cost space for ever where an S3 lists by whole keys only',
    breaks: 'promise: unfinished uploads can be found',
    file: `${room}/s3-uploads.ts`,
    text: "asked.length > 0 || prefix === '' ? asked : await unfinishedBy(s3, '')",
    instead: 'asked',
    caughtBy: [{ spec: `${room}/s3.stack.spec.ts`, test: 'minio' }],
    needs: minio,
  },
  {
    name: 'objects-stop-the-start',
    says: 'nobody can start while the S3 is away',
    breaks: 'sends go on whenever the event store lives',
    file: `${room}/s3-connection.ts`,
    text: 'if (!isAway(cause) || isMisfit) {',
    instead: '{',
    caughtBy: [{ spec: `${room}/s3.int.spec.ts`, test: 'that is away stops nobody' }],
  },
  {
    name: 'strangers-take-places',
    says: 'who was signed nothing keeps everybody from uploading by sending slowly',
    breaks: 'promise: only links of ours cost anything',
    file: `${room}/embedded/handler.ts`,
    text: 'await take({ ...options, inPlace }, { ...request, body })',
    instead: 'await inPlace(() => take({ ...options, inPlace: (f) => f() }, { ...request, body }))',
    caughtBy: [{ spec: `${room}/embedded-http.int.spec.ts`, test: 'takes nobody' }],
  },
];
