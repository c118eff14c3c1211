import type { UserId } from '../../../domain/ids.ts';
import type { Asked } from '../history.ts';
import type { Life } from '../life.ts';
import type { Network } from '../network.ts';
import type { Random } from '../random.ts';
import type { Outcome, Recorder, Who } from '../recorder.ts';
import type { NameOf } from './requests.ts';
import { outcomeOf, requestOf } from './requests.ts';
import type { Town } from './town.ts';

/**
 * Somebody at one of her devices: asks one thing after another, and asks again what got no answer.
 */
export type Session = {
  /** Does so many things, with pauses between them. */
  talk(deeds: number): Promise<void>;
  /** Asks again for every message of hers of which she does not know what became of it. */
  clearUp(): Promise<void>;
};

export type SessionOptions = {
  readonly who: Who;
  readonly town: Town;
  readonly network: Network;
  readonly life: Life;
  readonly random: Random;
  readonly recorder: Recorder;
  readonly newClientId: () => string;
  readonly pauseMs: number; // on average
};

type Send = Extract<Asked, { readonly do: 'send' }>;

export function openSession(options: SessionOptions): Session {
  const { who, town, random, life, pauseMs } = options;
  const open = new Map<string, Send>(); // sent, and nobody knows
  let newest: string | null = null; // position of what she did last

  const perform = async (asked: Asked): Promise<Outcome> => {
    const answer = await ask(asked, options, town.nameOf);
    town.note(who.person, asked, answer);
    if (answer.position) newest = answer.position;
    if (asked.do !== 'send') return answer;
    if (answer.outcome === 'unknown') open.set(asked.message, asked);
    else open.delete(asked.message);
    return answer;
  };
  const act = async (): Promise<void> => {
    const drawn = town.draw(who.person, random, options.newClientId);
    if (drawn === null) return;
    const reads = drawn.do === 'read-page' || drawn.do === 'read-inbox';
    const asked = reads && random.chance(0.6) ? { ...drawn, atLeast: newest } : drawn;
    const answer = await perform(asked);
    const again = answer.outcome === 'unknown' ? random.chance(0.7) : random.chance(0.03);
    if (asked.do === 'send' && again) await perform(asked);
    if (asked.do === 'send' && answer.outcome === 'ok' && random.chance(0.2)) {
      await perform({ do: 'read-page', conversation: asked.conversation, atLeast: newest });
    }
  };
  return {
    talk: async (deeds) => {
      for (let left = deeds; left > 0; left -= 1) {
        await pause(life, random.around(pauseMs));
        await act();
      }
    },
    clearUp: async () => {
      for (const send of [...open.values()]) {
        while (open.has(send.message)) {
          await perform(send);
          await pause(life, random.around(pauseMs));
        }
      }
    },
  };
}

function pause(life: Life, ms: number): Promise<void> {
  return new Promise((resolve) => life.inside(ms, resolve));
}

async function ask(
  asked: Asked,
  { who, network, recorder }: Pick<SessionOptions, 'who' | 'network' | 'recorder'>,
  nameOf: NameOf,
): Promise<Outcome> {
  const op = recorder.invoked(who, asked);
  const { field, ...request } = requestOf(asked, nameOf);
  const outcome = outcomeOf(asked, field, await network.ask(who.person as UserId, request));
  recorder.answered(op, outcome);
  return outcome;
}
