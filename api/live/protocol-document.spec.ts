import { readFileSync } from 'node:fs';
import { CloseCode } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { limits, socketLimits } from '../limits.ts';
import { closeCodes } from './close-codes.ts';

const text = readFileSync(new URL('../../schemas/LIVE_PROTOCOL.md', import.meta.url), 'utf8');
const told = new Set([...text.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code)));

/** Of the protocol itself; graphql-ws sends them for us. */
const protocolCodes = [
  ...[CloseCode.BadRequest, CloseCode.Unauthorized, CloseCode.SubprotocolNotAcceptable],
  ...[CloseCode.ConnectionInitialisationTimeout, CloseCode.SubscriberAlreadyExists],
  CloseCode.TooManyInitialisationRequests,
];
const tooLarge = 1009; // sent by ws, for a frame over maxPayload

describe('the document of the live protocol', () => {
  it('tells each close code that a device may meet, and no other', () => {
    const sent = new Set<number>([...Object.values(closeCodes), ...protocolCodes, tooLarge]);
    expect([...told].sort()).toEqual([...sent].sort());
  });

  it('leaves out the codes after which clients never come back', () => {
    for (const code of [1011, 4500]) expect(told.has(code)).toBe(false);
  });

  it.each([
    [`Within ${socketLimits.initWithinMs / 1_000} s send`],
    [`no \`connection_init\` within ${socketLimits.initWithinMs / 1_000} s`],
    [`${socketLimits.socketsPerPersonMax} sockets a person`],
    [`${limits.subscriptionsPerSocketMax} subscriptions a socket`],
    [`frames of ${socketLimits.frameBytesMax / 1_024} KiB`],
    [`says nothing for\n${socketLimits.silenceMs / 1_000} s is pinged`],
    [`Above ${socketLimits.ephemeralDropBytes / 1_048_576} MiB that waits`],
    [`above ${socketLimits.closeBytes / 1_048_576} MiB the socket is closed`],
  ])('says "%s", as the limits do', (said) => {
    expect(text).toContain(said);
  });
});
