import type { Duty } from '../api/auth/duties.ts';
import { duties, grantDuty, listDuties, personNamed, revokeDuty } from '../api/auth/duties.ts';
import type { Tables } from './adapters/tables/port.ts';
import { PlainError } from './plain-error.ts';

export const dutiesHelp = `npm run duties                          lists who has which duty
npm run duties -- grant DUTY WHO        gives it
npm run duties -- revoke DUTY WHO       takes it away, from the next request on

DUTY is ${duties.join(' or ')}: an analyst reads the figures of the GraphQL field analytics. WHO is
a handle or an e-mail address.`;

/** What the command works with; the composition root hands it in. */
export type DutiesCommand = {
  readonly args: readonly string[];
  readonly tables: () => Promise<Tables>;
  readonly out: { write(text: string): void };
};

/** Answers with the exit code: 0 done, 1 there was nothing to take away. */
export async function dutiesCommand({ args, tables, out }: DutiesCommand): Promise<number> {
  const say = (line: string) => out.write(`${line}\n`);
  const [verb = 'list', name, who, ...more] = args;
  if (verb === '--help') say(dutiesHelp);
  if (verb === '--help') return 0;
  if (verb === 'list' && name === undefined) return list(await tables(), say);
  const duty = duties.find((one) => one === name);
  const understood = (verb === 'grant' || verb === 'revoke') && who !== undefined;
  if (!understood || duty === undefined || more.length > 0) throw wrongUse();
  return change(await tables(), { verb, duty, who }, say);
}

function wrongUse(): PlainError {
  return new PlainError('This is not how it goes. Run `npm run duties -- --help` for the list.');
}

type Say = (line: string) => void;

async function list(tables: Tables, say: Say): Promise<number> {
  const known = await listDuties(tables);
  if (known.length === 0) say('Nobody has a duty.');
  for (const { duty, name, granted_at } of known) {
    say(`${duty} ${name} since ${granted_at.toISOString()}`);
  }
  return 0;
}

async function change(
  tables: Tables,
  { verb, duty, who }: { readonly verb: string; readonly duty: Duty; readonly who: string },
  say: Say,
): Promise<number> {
  const userId = await personNamed(tables, who);
  if (userId === null) throw new PlainError(`Nobody has the handle or e-mail address ${who}.`);
  if (verb === 'grant') {
    await grantDuty(tables, userId, duty);
    say(`${who} is ${duty}.`);
    return 0;
  }
  const had = await revokeDuty(tables, userId, duty);
  say(had ? `${who} is no longer ${duty}.` : `${who} was not ${duty}.`);
  return had ? 0 : 1;
}
