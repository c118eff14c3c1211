import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import type { Cast } from './cast.ts';
import { openChance } from './chance.ts';
import { hostileDocument } from './documents.ts';
import type { Input } from './input.ts';
import { atSite } from './operations.ts';
import { hostileRequest } from './requests.ts';
import { sitesOf } from './sites.ts';
import { hostileSocket } from './sockets.ts';

const sdl = readFileSync(new URL('../../schemas/published.graphql', import.meta.url), 'utf8');
export const sites = sitesOf(buildSchema(sdl));

/**
 * The input of a number: six of ten at the places of the schema, one place after the other, the
 * rest documents, requests and sockets.
 */
export function inputOf(number: number, { seed, cast }: { seed: number; cast: Cast }): Input {
  const chance = openChance(seed, number);
  const way = chance.below(20);
  if (way < 12) {
    const site = sites[number % sites.length];
    if (!site) throw new Error('the schema has no arguments');
    return atSite(site, cast, chance);
  }
  if (way < 15) return hostileDocument(cast, chance);
  return way < 18 ? hostileRequest(cast, chance) : hostileSocket(cast, chance);
}
