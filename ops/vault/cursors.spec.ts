import { describe, expect, it } from 'vitest';
import type { UserId } from '../../domain/ids.ts';
import { openCursors } from './cursors.ts';
import { createKeyring } from './keyring.ts';

const [ada, bob] = ['ada', 'bob'] as readonly string[] as readonly [UserId, UserId];
const key = Buffer.alloc(32, 7);

/** Two gateways with the keys of one platform, as a database holds them. */
function gateway() {
  const keyring = createKeyring(() => ({ subject: key, month: null }));
  return openCursors({ forSealing: async () => keyring, forOpening: async () => keyring });
}

describe('a sealed cursor', () => {
  it('is opened by another gateway, and by nobody for anybody else', async () => {
    const sealed = (await gateway().of(ada)).seal('["people","Ada Lovelace"]');
    expect((await gateway().of(ada)).open(sealed)).toBe('["people","Ada Lovelace"]');
    expect((await gateway().of(bob)).open(sealed)).toBeNull();
  });

  it('tells nothing, nor how long a name it is of', async () => {
    const { seal } = await gateway().of(ada);
    const [short, long] = [seal('Ada'), seal('Ada Augusta King, Countess of Lovelace')];
    expect(Buffer.from(long, 'base64url').toString('latin1')).not.toContain('Lovelace');
    expect(short).toHaveLength(long.length);
    expect(short).not.toBe(seal('Ada'));
  });

  it.each(['', 'x', 'bm9uc2Vuc2U', 'A'.repeat(400)])('is not %j', async (made) => {
    expect((await gateway().of(ada)).open(made)).toBeNull();
  });
});
