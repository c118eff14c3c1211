import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { limited } from '../errors.ts';
import { limits } from '../limits.ts';

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1 } as const; // KiB, passes, lanes
const tagBytes = 32;
const derive = promisify(argon2);

export type Passwords = {
  /** As a PHC string. Rejects with LIMITED when too many wait. */
  hash(password: string): Promise<string>;
  /** Takes as long for a missing hash as for one that is there. */
  verify(password: string, phc: string | null): Promise<boolean>;
  /** Made with weaker parameters than today's. */
  isOld(phc: string): boolean;
};

/** argon2id by Node's own crypto, a few at a time: log-ins must not stop everything else. */
export function openPasswords(): Passwords {
  const turn = openTurns(limits.passwordHashesAtOnceMax, limits.passwordHashesWaitingMax);
  const compute = async (password: string, { salt, memory, passes, parallelism }: Stored) =>
    turn(() =>
      derive('argon2id', {
        ...{ message: Buffer.from(password.normalize('NFC')), nonce: salt },
        ...{ memory, passes, parallelism, tagLength: tagBytes },
      }),
    );
  const hash = async (password: string): Promise<string> => {
    const stored = { ...parameters, salt: randomBytes(16), tag: Buffer.alloc(0) };
    return toPhc({ ...stored, tag: Buffer.from(await compute(password, stored)) });
  };
  const nobody = { ...parameters, salt: randomBytes(16), tag: randomBytes(tagBytes) };
  return {
    hash,
    verify: async (password, phc) => {
      const stored = (phc === null ? null : fromPhc(phc)) ?? nobody;
      const tag = Buffer.from(await compute(password, stored));
      return timingSafeEqual(tag, stored.tag) && phc !== null;
    },
    isOld: (phc) => {
      const stored = fromPhc(phc);
      return !stored || stored.memory < parameters.memory || stored.passes < parameters.passes;
    },
  };
}

type Stored = {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Buffer;
  readonly tag: Buffer;
};

function toPhc({ memory, passes, parallelism, salt, tag }: Stored): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(tag)}`;
}

function fromPhc(phc: string): Stored | null {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(phc);
  if (!found) return null;
  const [, memory, passes, parallelism, salt = '', tag = ''] = found;
  return {
    ...{ memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    ...{ salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') },
  };
}

/** At most `atOnce` run, at most `waitingMax` wait; more are refused at once. */
function openTurns(atOnce: number, waitingMax: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running >= atOnce) {
      if (waiting.length >= waitingMax)
        throw limited('Too many log-ins at once: try again.', 1_000);
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
