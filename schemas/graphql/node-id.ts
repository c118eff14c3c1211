import type { ConversationId, UserId } from '../../domain/ids.ts';
import { parseConversationId, parseUserId } from '../../domain/ids.ts';

/** What a global id stands for. */
export type NodeId =
  | { readonly type: 'Person'; readonly userId: UserId }
  | { readonly type: 'Viewer'; readonly userId: UserId }
  | { readonly type: 'Conversation'; readonly conversationId: ConversationId }
  | {
      readonly type: 'Participation' | 'Member';
      readonly conversationId: ConversationId;
      readonly userId: UserId;
    }
  | { readonly type: 'Message'; readonly conversationId: ConversationId; readonly number: number };

/** Opaque outside; inside the type's three letters and the key's bytes in base64url. */
export function encodeNodeId(id: NodeId): string {
  switch (id.type) {
    case 'Person':
    case 'Viewer':
      return `${id.type === 'Viewer' ? 'vie' : 'per'}_${text(bytesOf(id.userId))}`;
    case 'Conversation':
      return `con_${text(bytesOf(id.conversationId))}`;
    case 'Participation':
    case 'Member': {
      const prefix = id.type === 'Member' ? 'mem' : 'par';
      const bytes = Buffer.concat([bytesOf(id.conversationId), bytesOf(id.userId)]);
      return `${prefix}_${text(bytes)}`;
    }
    case 'Message': {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(id.number);
      return `msg_${text(Buffer.concat([bytesOf(id.conversationId), number]))}`;
    }
  }
}

/** Null for anything that `encodeNodeId` does not make. */
export function decodeNodeId(id: string): NodeId | null {
  const bytes = Buffer.from(id.slice(4), 'base64url');
  if (text(bytes) !== id.slice(4)) return null;
  const conversationId = parseConversationId(uuidAt(bytes, 0));
  switch (id.slice(0, 4)) {
    case 'per_':
    case 'vie_': {
      const type = id.startsWith('vie_') ? 'Viewer' : 'Person';
      const userId = parseUserId(uuidAt(bytes, 0));
      return userId && bytes.length === 16 ? { type, userId } : null;
    }
    case 'con_':
      return conversationId && bytes.length === 16
        ? { type: 'Conversation', conversationId }
        : null;
    case 'par_':
    case 'mem_': {
      const type = id.startsWith('mem_') ? 'Member' : 'Participation';
      const userId = parseUserId(uuidAt(bytes, 16));
      if (!conversationId || !userId || bytes.length !== 32) return null;
      return { type, conversationId, userId };
    }
    case 'msg_':
      if (!conversationId || bytes.length !== 20) return null;
      return { type: 'Message', conversationId, number: bytes.readUInt32BE(16) };
    default:
      return null;
  }
}

const uuidsKeptMax = 10_000;
const kept = new Map<string, Buffer>();

/**
 * A page or a stream of frames names the same conversation and people again and again; reading
 * their digits each time was a tenth of catching up. Nobody writes into these bytes.
 */
function bytesOf(uuid: string): Buffer {
  const known = kept.get(uuid);
  if (known) return known;
  if (kept.size >= uuidsKeptMax) kept.clear();
  const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
  kept.set(uuid, bytes);
  return bytes;
}

function uuidAt(bytes: Buffer, from: number): string {
  const hex = bytes.toString('hex', from, from + 16);
  const part = (start: number, end: number) => hex.slice(start, end);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}

function text(bytes: Buffer): string {
  return bytes.toString('base64url');
}
