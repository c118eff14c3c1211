import type { GetLink } from './port.ts';

/** What no browser runs, whatever is in it: pictures without script, sound, film. */
const inert = /^(image\/(png|jpeg|gif|webp|avif|bmp)|(audio|video)\/[a-z0-9.+-]+)$/;
const nameCharsMax = 200;

/**
 * `Content-Disposition` by RFC 6266: a name in any script, with one of ASCII for those who know no
 * other. What a browser might run is a download, whatever was asked for.
 */
export function dispositionOf({
  contentType,
  show,
  fileName,
}: Omit<GetLink, 'expiresInMs'>): string {
  const kind = show === 'inline' && inert.test(contentType) ? 'inline' : 'attachment';
  const name = [...fileName.normalize('NFC').replaceAll(/[\p{C}/\\]/gu, '_')]
    .slice(0, nameCharsMax)
    .join('');
  const plain = name.replaceAll(/[^\x20-\x7e]|["%]/g, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${escaped(name)}`;
}

/** Only what RFC 8187 lets stand as it is. */
function escaped(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
