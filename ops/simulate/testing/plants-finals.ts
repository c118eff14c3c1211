import type { FinalInbox, FinalPage, HistoryLine } from '../history.ts';
import type { Plant } from './planting.ts';
import { altered, is, isTimeline } from './planting.ts';

/** Laws 3, 7, 9 and 10: what should stand at the end, and does not stand there at all. */
export const plantsOfFinals: readonly Plant[] = [
  {
    law: 3,
    kind: 'timeline-lacks',
    name: 'a timeline is empty',
    into: (lines) =>
      altered(lines, isTimeline, (timeline) =>
        timeline.messages.length > 0 && isToldOnce(lines, timeline)
          ? { ...timeline, messages: [] }
          : null,
      ),
  },
  {
    law: 3,
    kind: 'timeline-lacks',
    name: 'nobody was shown a timeline',
    into: (lines) =>
      altered(lines, isTimeline, (timeline) =>
        timeline.messages.length > 0 && isToldOnce(lines, timeline) ? [] : null,
      ),
  },
  {
    law: 7,
    kind: 'row-missing',
    name: 'the final inbox has no row of a conversation that she is in',
    into: (lines) =>
      altered(lines, is('inbox'), (inbox) =>
        inbox.rows.length > 0 ? { ...inbox, rows: inbox.rows.slice(1) } : null,
      ),
  },
  {
    law: 9,
    kind: 'device-lacks',
    name: 'a device never heard of a conversation',
    into: (lines) =>
      altered(lines, isDevice, (device) =>
        device.messages.length > 0 && isListed(lines, device) ? [] : null,
      ),
  },
  {
    law: 9,
    kind: 'device-lacks',
    name: 'a device lost the beginning that it had read',
    into: (lines) =>
      altered(lines, isDevice, (device) =>
        device.whole && device.messages.length > 1
          ? { ...device, messages: device.messages.slice(1) }
          : null,
      ),
  },
  {
    law: 9,
    kind: 'device-has-more',
    name: 'a device has a history of which a fresh read shows nothing',
    into: (lines) => {
      const full = lines.filter(isDevice).find(({ messages }) => messages.length > 0);
      return altered(lines, isDevice, (device) =>
        full && device.messages.length === 0 ? { ...device, messages: full.messages } : null,
      );
    },
  },
  {
    law: 10,
    kind: 'timelines-differ',
    name: 'a rebuilt timeline is empty',
    into: (lines) =>
      altered(lines, isTimeline, (timeline) =>
        timeline.messages.length > 0 ? [timeline, { ...timeline, messages: [] }] : null,
      ),
  },
];

function isDevice(line: HistoryLine): line is FinalPage {
  return line.line === 'device';
}

function isToldOnce(lines: readonly HistoryLine[], one: FinalPage): boolean {
  return lines.filter(isTimeline).filter((other) => isSameRoom(one, other)).length === 1;
}

/** Whether her final inbox says that this device holds the conversation. */
function isListed(lines: readonly HistoryLine[], { person, session, conversation }: FinalPage) {
  const inbox = lines.find((line): line is FinalInbox => {
    return line.line === 'inbox' && line.person === person;
  });
  if (inbox === undefined) return false;
  const { rows, devices = [] } = inbox;
  return devices.includes(session ?? '') && rows.some((row) => row.conversation === conversation);
}

function isSameRoom(one: FinalPage, other: FinalPage): boolean {
  return one.person === other.person && one.conversation === other.conversation;
}
