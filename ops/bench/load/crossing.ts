import type { Arrivals } from './arrivals.ts';
import { openArrivals } from './arrivals.ts';
import type { Deployment } from './deployment.ts';
import type { Journaled } from './journal.ts';
import { offer, until } from './open-loop.ts';
import { openPairs, turnOf } from './pairs.ts';
import { registerMany } from './people.ts';
import { realTexts } from './texts.ts';

/** Pairs whose speaking ones are at one gateway and hearing ones at the other, half each way. */
export type Crossing = {
  readonly arrivals: Arrivals;
  readonly texts: string; // where they are from
  /** Offers so many at a rate, and waits for what came of them. */
  offer(rate: number, count: number): Promise<Offered>;
};

/** What came of the messages of one offer. */
export type Offered = {
  readonly fromMs: number;
  readonly toMs: number; // the last was meant to be sent
  readonly meant: number;
  readonly refused: number;
  readonly messages: readonly Journaled[]; // that were acknowledged
  readonly answered: readonly number[]; // when, of these
  readonly heard: readonly (number | null)[]; // when, of these, by a device at the other gateway
};

const settleMs = 20_000;

export async function openCrossing({ gateways }: Deployment, pairCount: number): Promise<Crossing> {
  const heardAt: number[] = [];
  const answeredAt: number[] = [];
  const positions: number[] = [];
  const arrivals = openArrivals((mark) => {
    heardAt[mark] = performance.now();
  });
  const { textOf, from: texts } = realTexts();
  const [one, other] = gateways;
  const people = await registerMany(one, pairCount * 2);
  const half = Math.floor(pairCount / 2);
  let [answers, refusals] = [0, 0];
  const open = (url: string, hearingUrl: string, [from, to]: readonly [number, number]) =>
    openPairs(
      { url, hearingUrl, textOf, people: people.slice(from * 2, to * 2), count: to - from },
      arrivals,
      (_, mark, position) => {
        answers += 1;
        answeredAt[mark] = performance.now();
        if (position === 0) refusals += 1;
        else positions[mark] = position;
      },
    );
  const pairs = [
    ...(await open(one, other, [0, half])),
    ...(await open(other, one, [half, pairCount])),
  ];
  let marks = 0;
  return {
    arrivals,
    texts,
    offer: async (rate, count) => {
      const first = marks;
      marks += count;
      const meantAt: number[] = [];
      const [answersBefore, refusalsBefore] = [answers, refusals];
      const cameBefore = arrivals.came();
      await offer({ perSecond: rate, count }, (at, intendedMs) => {
        meantAt[at] = intendedMs;
        arrivals.meant(first + at, intendedMs);
        turnOf(pairs, first + at).send(first + at);
      });
      await until(() => answers - answersBefore >= count, settleMs);
      const refused = refusals - refusalsBefore;
      await until(
        () => arrivals.came() - cameBefore >= answers - answersBefore - refused,
        settleMs,
      );
      const stored = [...meantAt.keys()].filter((at) => positions[first + at] !== undefined);
      return {
        ...{ fromMs: meantAt[0] ?? 0, toMs: meantAt.at(-1) ?? 0, meant: count, refused },
        messages: stored.map((at) => ({
          meantMs: meantAt[at] ?? 0,
          position: positions[first + at] ?? 0,
        })),
        answered: stored.map((at) => answeredAt[first + at] ?? 0),
        heard: stored.map((at) => heardAt[first + at] ?? null),
      };
    },
  };
}
