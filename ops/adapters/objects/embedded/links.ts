import {
  checkedBytes,
  checkedHash,
  checkedKey,
  checkedPart,
  checkedSeconds,
  checkedType,
} from '../checks.ts';
import { dispositionOf } from '../disposition.ts';
import type { GetLink, PartLink, PostPolicy, PresignedPost, Upload } from '../port.ts';
import type { LinkSigner } from './link-key.ts';

/** What a form may bring. */
export type FormLink = {
  readonly key: string;
  readonly contentType: string;
  readonly sha256: string | null;
  readonly bytesMin: number;
  readonly bytesMax: number;
  readonly until: number; // s since the Unix epoch
};

/** Makes links to this API, and reads them again: null for one that is wrong or ran out. */
export type Links = ReturnType<typeof openLinks>;

export function openLinks(signer: LinkSigner, now: () => number) {
  const untilOf = (expiresInMs: number) => Math.ceil(now() / 1_000) + checkedSeconds(expiresInMs);
  const isOver = (until: unknown) => !(Number(until) * 1_000 > now());
  const signed = (path: string, query: Readonly<Record<string, string | number>>) => {
    const asked = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) asked.append(name, String(value));
    asked.append('signature', signer.sign([path, ...asked.values()]));
    return `${path}?${asked}`;
  };
  const isGood = (path: string, query: URLSearchParams, names: readonly string[]) => {
    const values = names.map((name) => query.get(name) ?? '');
    return !isOver(query.get('until')) && signer.isOurs([path, ...values], query.get('signature'));
  };

  return {
    get: (key: string, link: GetLink): string => {
      const type = checkedType(link.contentType);
      const query = { until: untilOf(link.expiresInMs), type, as: dispositionOf(link) };
      return signed(`/objects/get/${checkedKey(key)}`, query);
    },
    readGet: (path: string, query: URLSearchParams) => {
      if (!isGood(path, query, ['until', 'type', 'as'])) return null;
      return { contentType: query.get('type') ?? '', disposition: query.get('as') ?? '' };
    },
    part: ({ key, uploadId }: Upload, part: number, link: PartLink): string =>
      signed(`/objects/part/${uploadId}/${checkedPart(part)}`, {
        ...{ until: untilOf(link.expiresInMs), key: checkedKey(key) },
        max: checkedBytes('bytesMax', link.bytesMax),
      }),
    readPart: (path: string, query: URLSearchParams) => {
      if (!isGood(path, query, ['until', 'key', 'max'])) return null;
      const [, , , uploadId = '', part] = path.split('/');
      const upload: Upload = { key: query.get('key') ?? '', uploadId };
      return { upload, part: Number(part), bytesMax: Number(query.get('max')) };
    },
    form: (policy: PostPolicy): PresignedPost => {
      const link: FormLink = {
        ...{ key: checkedKey(policy.key), contentType: checkedType(policy.contentType) },
        sha256: checkedHash(policy.sha256),
        bytesMin: checkedBytes('bytesMin', policy.bytesMin),
        bytesMax: checkedBytes('bytesMax', policy.bytesMax),
        until: untilOf(policy.expiresInMs),
      };
      const text = Buffer.from(JSON.stringify(link)).toString('base64url');
      const { key, contentType } = link;
      const signature = signer.sign(['form', text]);
      const fields = { key, 'Content-Type': contentType, policy: text, signature };
      return { url: '/objects/form', fields };
    },
    readForm: (fields: ReadonlyMap<string, string>): FormLink | null => {
      const text = fields.get('policy') ?? '';
      if (!signer.isOurs(['form', text], fields.get('signature') ?? null)) return null;
      const link: FormLink = JSON.parse(Buffer.from(text, 'base64url').toString());
      const isAsSigned =
        fields.get('key') === link.key && fields.get('Content-Type') === link.contentType;
      return isAsSigned && !isOver(link.until) ? link : null;
    },
  };
}
