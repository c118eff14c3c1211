import { expect, it, vi } from 'vitest';
import type { ConversationId } from '../../domain/ids.ts';
import { decodeNodeId, encodeNodeId } from './node-id.ts';

const conversationAt = (at: number) =>
  `0198f1d2-0000-7000-8000-${String(at).padStart(12, '0')}` as ConversationId;
const messageId = (conversationId: ConversationId, number: number) =>
  encodeNodeId({ type: 'Message', conversationId, number });

it('a page of messages reads the digits of its conversation once', () => {
  const reading = vi.spyOn(Buffer, 'from');
  for (let number = 1; number <= 50; number += 1) messageId(conversationAt(1), number);
  const read = reading.mock.calls.filter((given: unknown[]) => given[1] === 'hex').length;
  reading.mockRestore();
  expect(read).toBe(1);
});

it('ids stay right when more are seen than are kept', () => {
  for (let at = 0; at < 25_000; at += 1) {
    const conversationId = conversationAt(at);
    const id = messageId(conversationId, at + 1);
    expect(decodeNodeId(id)).toEqual({ type: 'Message', conversationId, number: at + 1 });
  }
});
