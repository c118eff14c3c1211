import type { Plant } from './planting.ts';
import { altered, alteredRow, changedFirst, is } from './planting.ts';

/** Law 7: what counts and marks say. */
export const plantsOfMarks: readonly Plant[] = [
  {
    law: 7,
    kind: 'unread-negative',
    name: 'unread is below nothing',
    into: (lines) => alteredRow(lines, (row) => ({ ...row, unread: -1 })),
  },
  {
    law: 7,
    kind: 'unread-too-high',
    name: 'unread counts what she had read',
    into: (lines) =>
      alteredRow(lines, (row) =>
        row.read > 0 ? { ...row, unread: row.last - row.read + 1 } : null,
      ),
  },
  {
    law: 7,
    kind: 'unread-too-low',
    name: 'unread misses what came',
    into: (lines) => {
      const kept = lines.filter(({ line }) => line === 'invoked');
      const untouched = (conversation: string) =>
        !kept.some(
          (line) =>
            line.line === 'invoked' &&
            'conversation' in line.asked &&
            line.asked.conversation === conversation &&
            ['delete', 'clear', 'leave', 'remove', 'add', 'join'].includes(line.asked.do),
        );
      return alteredRow(lines, (row) =>
        row.unread > 0 && untouched(row.conversation) ? { ...row, unread: 0 } : null,
      );
    },
  },
  {
    law: 7,
    kind: 'marks-out-of-order',
    name: 'more is read than delivered',
    into: (lines) => alteredRow(lines, (row) => ({ ...row, read: row.delivered + 1 })),
  },
  {
    law: 7,
    kind: 'mark-moved-back',
    name: 'the final inbox has a mark below one that she saw',
    into: (lines) =>
      altered(lines, is('inbox'), (inbox) => {
        const rows = changedFirst(inbox.rows, (row) =>
          row.read > 1 ? { ...row, read: 0, delivered: 0, unread: 0 } : null,
        );
        return rows && { ...inbox, rows };
      }),
  },
  {
    law: 7,
    kind: 'inbox-differs-from-log',
    name: 'the final inbox lacks the newest message',
    into: (lines) =>
      altered(lines, is('inbox'), (inbox) => {
        const rows = changedFirst(inbox.rows, (row) => ({ ...row, last: row.last + 1 }));
        return rows && { ...inbox, rows };
      }),
  },
  {
    law: 7,
    kind: 'inbox-differs-from-log',
    name: 'the final inbox has a conversation that nobody began',
    into: (lines) =>
      altered(lines, is('inbox'), ({ rows: [row, ...rows], ...inbox }) =>
        row ? { ...inbox, rows: [{ ...row, conversation: 'nowhere' }, row, ...rows] } : null,
      ),
  },
  {
    law: 7,
    kind: 'unread-wrong',
    name: 'the final inbox counts one too many',
    into: (lines) =>
      altered(lines, is('inbox'), (inbox) => {
        const rows = changedFirst(inbox.rows, (row) => ({ ...row, unread: row.unread + 1 }));
        return rows && { ...inbox, rows };
      }),
  },
  {
    law: 7,
    kind: 'mark-moved-back-in-the-log',
    name: 'the log has marks that move back',
    into: (lines) =>
      altered(lines, is('log'), (line) =>
        line.event.kind === 'marked' && line.event.read > 0
          ? [line, { ...line, event: { ...line.event, read: line.event.read - 1 } }]
          : null,
      ),
  },
  {
    law: 7,
    kind: 'acknowledged-mark-lost',
    name: 'the log has no marks at all',
    into: (lines) => lines.filter((line) => line.line !== 'log' || line.event.kind !== 'marked'),
  },
];
