import type { GatewayMessage } from '../../schemas/records/gateway-message.ts';

/** Limits of one message to a gateway. */
export type FrameLimits = { readonly valuesMax: number; readonly charactersMax: number };

/**
 * The values for one gateway as messages, in order; a value larger than the limit travels alone.
 */
export function framesOf(values: readonly string[], limits: FrameLimits): readonly string[] {
  const frames: string[][] = [];
  let characters = 0;
  for (const value of values) {
    const last = frames.at(-1);
    characters += value.length;
    if (last && last.length < limits.valuesMax && characters <= limits.charactersMax) {
      last.push(value);
    } else {
      frames.push([value]);
      characters = value.length;
    }
  }
  return frames.map((frame) => encode({ kind: 'records', values: frame }));
}

export function progressFrame(position: bigint): string {
  return encode({ kind: 'progress', position: String(position) });
}

function encode(message: GatewayMessage): string {
  return JSON.stringify(message);
}
