/** The beginning of `multipart/form-data`: its fields, and then the bytes of the field `file`. */
export type Form = {
  readonly fields: ReadonlyMap<string, string>;
  /** To be read once; rejects with BadForm where the body ends too early. */
  readonly file: AsyncIterable<Uint8Array>;
};

/** Nothing that a browser sends. */
export class BadForm extends Error {
  override readonly name = 'BadForm';
}

const headerBytesMax = 2_048;
const fieldBytesMax = 8_192;
const fieldsMax = 32;

/** Reads a form piece by piece, never more of it than a field; what follows the file is left. */
export async function readForm(
  body: AsyncIterable<Uint8Array>,
  contentType: string,
): Promise<Form> {
  const boundary = /^multipart\/form-data;.*\bboundary=("?)([\w'()+,./:=?-]{1,70})\1/i.exec(
    contentType,
  )?.[2];
  if (boundary === undefined) throw new BadForm('it is not multipart/form-data with a boundary');
  const pieces = openPieces(body);
  await pieces.upTo(`--${boundary}\r\n`, headerBytesMax);
  const fields = new Map<string, string>();
  for (let count = 0; count <= fieldsMax; count += 1) {
    const headers = (await pieces.upTo('\r\n\r\n', headerBytesMax)).toString();
    const name = /^content-disposition:[^\r\n]*[; ]name="([^"\r\n]*)"/im.exec(headers)?.[1];
    if (name === undefined) throw new BadForm('it has a field without a name');
    const delimiter = `\r\n--${boundary}`;
    if (name === 'file') return { fields, file: pieces.until(delimiter) };
    const value = (await pieces.upTo(delimiter, fieldBytesMax)).toString();
    if (fields.has(name)) throw new BadForm(`it has the field ${name} more than once`);
    fields.set(name, value);
    await pieces.upTo('\r\n', 2); // two dashes stand there when it ends
  }
  throw new BadForm('it has too many fields');
}

/** A body as it comes, read up to what separates its parts, wherever its pieces are cut. */
type Pieces = {
  upTo(delimiter: string, bytesMax: number): Promise<Buffer>;
  until(delimiter: string): AsyncGenerator<Uint8Array>;
};

function openPieces(body: AsyncIterable<Uint8Array>): Pieces {
  const source = body[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const { done, value } = await source.next();
    if (done) throw new BadForm('it ends too early, or has no field named file');
    held = Buffer.concat([held, value]);
  };
  return {
    upTo: async (delimiter, bytesMax) => {
      for (;;) {
        const at = held.indexOf(delimiter);
        if (at > bytesMax || (at < 0 && held.length > bytesMax + delimiter.length)) {
          throw new BadForm('it has a field that is too long, or a part that is none');
        }
        if (at >= 0) {
          const before = held.subarray(0, at);
          held = held.subarray(at + delimiter.length);
          return before;
        }
        await more();
      }
    },
    until: async function* (delimiter) {
      for (;;) {
        const at = held.indexOf(delimiter);
        if (at >= 0) {
          if (at > 0) yield held.subarray(0, at);
          return;
        }
        const sure = Math.max(0, held.length - delimiter.length + 1);
        if (sure > 0) yield held.subarray(0, sure);
        held = held.subarray(sure);
        await more();
      }
    },
  };
}
