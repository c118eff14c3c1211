import type { Arrivals } from './arrivals.ts';
import type { Device, DeviceOptions } from './device.ts';
import { markedText, openDevice } from './device.ts';
import type { Somebody } from './people.ts';
import { createGroup } from './people.ts';

/** A group of which some are connected and hear; one more device speaks and hears nothing. */
export type LoadGroup = {
  readonly conversationId: string;
  readonly devices: readonly Device[];
  send(mark: number): void;
  close(): void;
};

export async function openGroup(
  {
    url,
    members,
    online,
  }: {
    readonly url: string;
    readonly members: readonly Somebody[];
    readonly online: number;
  },
  arrivals: Arrivals,
  also: (device: { readonly at: number }) => DeviceOptions['heard'] = () => undefined,
): Promise<LoadGroup> {
  const [owner, ...others] = members;
  if (!owner) throw new Error('a group needs an owner');
  const conversationId = await createGroup(url, owner, others);
  const devices: Device[] = [];
  for (const [at, somebody] of members.slice(0, online).entries()) {
    const heard = also({ at }) ?? { message: arrivals.listener() };
    devices.push(await openDevice(url, somebody, { heard }));
  }
  const speaking = await openDevice(url, owner, { subscribe: false });
  return {
    ...{ conversationId, devices },
    send: (mark) => speaking.send(conversationId, markedText(mark)),
    close: () => {
      for (const { socket } of [...devices, speaking]) socket.close();
    },
  };
}
