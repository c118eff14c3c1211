import type { Defect } from './defect.ts';

/** What the rows of the fault matrix must find on real servers; see ops/docs/faults.md. */
export const faultsDefects: readonly Defect[] = [
  {
    name: 'unavailable-taken-for-stored',
    says: 'an append of which nobody knows whether it was stored is answered as stored',
    breaks: 'law 1',
    file: 'commands/mailbox.ts',
    text: "  if (outcome.kind === 'unavailable') {\n    answerAll(posts, unavailable(limits));",
    instead: `  if (outcome.kind === 'unavailable') {
    for (const one of decided) one.post.settle(replyTo(one, loaded.position));`,
    caughtBy: [{ fault: 'd5-event-store' }],
  },
  {
    name: 'half-open-for-ever',
    says: 'a socket that stays silent after it was pinged is kept',
    breaks: 'promise: a half-open socket is found',
    file: 'api/live/keep-watch.ts',
    text: '    connection.socket.terminate();\n',
    instead: '    connection.socket.ping();\n',
    caughtBy: [{ spec: 'api/live/keep-watch.spec.ts' }, { fault: 'n5-half-open' }],
  },
  {
    name: 'repeat-is-applied',
    says: 'a record that comes again is applied again to the read models',
    breaks: 'law 4',
    file: 'workers/projector/plan.ts',
    text: '    if (position <= applied && position > 0n) continue;',
    instead: '    if (position < 0n) continue;',
    caughtBy: [{ spec: 'workers/projector/plan.spec.ts' }, { fault: 'b1-twice' }],
  },
  {
    name: 'old-frame-is-sent',
    says: 'a gateway sends a frame that comes again behind newer ones',
    breaks: 'law 4',
    file: 'api/live/newest.ts',
    text: 'if (before !== undefined && position <= before) return false;',
    instead: 'if (before !== undefined && position < 0n) return false;',
    caughtBy: [{ spec: 'api/live/newest.spec.ts' }, { fault: 'b2-late' }],
  },
  {
    name: 'poison-stops-all',
    says: 'a record that cannot be read fails the projector each time it comes to it',
    breaks: 'law 13',
    file: 'workers/projector/plan.ts',
    text: "content.category === 'unreadable' ? content.reason : changesOf(target, content)",
    instead:
      "content.category === 'unreadable' ? Buffer.alloc(-1).length : changesOf(target, content)",
    caughtBy: [{ fault: 'b3-poison' }],
  },
  {
    name: 'sockets-kept-at-the-end',
    says: 'an API that is told to stop lets its sockets be, and so does not end by itself',
    breaks: 'promise: what is told to stop ends by itself',
    file: 'api/live/socket.ts',
    text: '      await protocol.drain(withinMs);\n',
    instead: '',
    caughtBy: [{ fault: 'a1-rolling' }],
  },
  {
    name: 'servers-outlive-us',
    says: 'a run that is ended by a signal leaves its servers and programs behind',
    breaks: 'promise: load and fault tests leave nothing running',
    file: 'ops/ends-with-us.ts',
    text: 'for (const end of ends) end();',
    instead: '',
    caughtBy: [{ spec: 'ops/ends-with-us.spec.ts' }],
  },
];
