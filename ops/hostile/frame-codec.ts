import type { Frame } from './input.ts';

/** A frame as bytes (RFC 6455, section 5.2), faithful to whatever is wrong with it. */
export function encodeFrame({ opcode, payload, ...odd }: Frame): Buffer {
  const { fin = true, reserved = 0, masked = true, claims = BigInt(payload.length) } = odd;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = Buffer.from(masked ? [0x5a, 0x11, 0xc3, 0x07] : []);
  const body = Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)));
  return Buffer.concat([Buffer.from([first]), lengthOf(claims, masked ? 0x80 : 0), mask, body]);
}

function lengthOf(length: bigint, maskBit: number): Buffer {
  if (length < 126n) return Buffer.from([maskBit | Number(length)]);
  const wide = length > 65_535n;
  const bytes = Buffer.alloc(wide ? 9 : 3);
  bytes.writeUInt8(maskBit | (wide ? 127 : 126));
  if (wide) bytes.writeBigUInt64BE(length, 1);
  else bytes.writeUInt16BE(Number(length), 1);
  return bytes;
}

export type Heard = { readonly opcode: number; readonly payload: Buffer };

/** Reads what a server sends, which never masks and here never splits; keeps what is incomplete. */
export function openFrameReader(heard: (frame: Heard) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const found = first(rest);
      if (!found) return;
      heard({ opcode: (rest[0] ?? 0) & 0x0f, payload: rest.subarray(found.from, found.to) });
      rest = rest.subarray(found.to);
    }
  };
}

function first(bytes: Buffer): { readonly from: number; readonly to: number } | null {
  if (bytes.length < 2) return null;
  const short = (bytes[1] ?? 0) & 0x7f;
  const from = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < from) return null;
  const length =
    short === 127
      ? Number(bytes.readBigUInt64BE(2))
      : short === 126
        ? bytes.readUInt16BE(2)
        : short;
  return bytes.length < from + length ? null : { from, to: from + length };
}
