import type { ASTNode, DocumentNode, GraphQLSchema } from 'graphql';
import { getNamedType, isObjectType, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { UserId } from '../../domain/ids.ts';

/**
 * Every field whose value depends on who looks. A resolver that begins to read the viewer must be
 * entered here; the sharing spec compares frames of viewers with different rights to hold this
 * table against them.
 */
export const viewerDependent: ReadonlySet<string> = new Set([
  'Message.clientId', // only for its author
  'Message.replyTo', // may lie before what she can see
  'Message.conversation',
  'Message.deliveredTo', // marks as far as privacy allows
  'Message.readBy',
  'ReactionCount.mine',
  'Conversation.title', // of a direct conversation: the other's name
  'Conversation.my',
  'Conversation.lastMessage',
  'Conversation.messages',
  'Conversation.message',
  'Conversation.pins',
  'Conversation.members',
  'Member.deliveredUpTo',
  'Member.readUpTo',
  'ParticipationChanged.my',
  'Viewer.person',
]);

/** For each live type: the viewer-dependent fields that a document selects under it. */
export type SharingPlan = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads a validated document; the answer is kept with the document. */
export function sharingPlan(schema: GraphQLSchema, document: DocumentNode): SharingPlan {
  const plan = new Map<string, Set<string>>();
  for (const typeName of liveTypes(schema)) plan.set(typeName, new Set());
  const info = new TypeInfo(schema);
  const inside: (string | null)[] = [];
  const sharedAnswers = spreadsInAnswers(document);
  const enter = (typeName: string | undefined): void => {
    const live = typeName !== undefined && plan.has(typeName) ? typeName : null;
    inside.push(live ?? inside.at(-1) ?? null);
  };
  const leave = (): void => void inside.pop();
  const visitor = {
    FragmentDefinition: {
      enter: (node: { typeCondition: { name: { value: string } } }) =>
        enter(node.typeCondition.name.value),
      leave,
    },
    InlineFragment: {
      enter: (node: { typeCondition?: { name: { value: string } } | undefined }) =>
        enter(node.typeCondition?.name.value),
      leave,
    },
    Field: (node: { name: { value: string } }, ...[, , , above]: Place) => {
      const parent = info.getParentType();
      const field = parent ? `${getNamedType(parent).name}.${node.name.value}` : '';
      const isOfAnswer = isInAnswer(above) || (sharedAnswers && isInFragment(above));
      const noted = isOfAnswer ? field + ofAnswer : field;
      if (viewerDependent.has(field)) note(plan, inside.at(-1) ?? null, noted);
    },
  };
  visit(document, visitWithTypeInfo(info, visitor));
  return plan;
}

/** What is selected of the message that another one answers: the facts at hand are not its own. */
const ofAnswer = ' of what is answered';

/** Whether a named fragment may stand for what is answered: then all count as if they did. */
function spreadsInAnswers(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    FragmentSpread: (_node, ...[, , , above]: Place) => {
      found ||= isInAnswer(above);
    },
  });
  return found;
}

/** Where a visitor meets a node; last come those that it lies in. */
type Place = [key: unknown, parent: unknown, path: unknown, above: Above];
type Above = readonly (ASTNode | readonly ASTNode[])[];

function isInAnswer(above: Above): boolean {
  return above.some(
    (one) => 'kind' in one && one.kind === Kind.FIELD && one.name.value === 'replyTo',
  );
}

function isInFragment(above: Above): boolean {
  return above.some((one) => 'kind' in one && one.kind === Kind.FRAGMENT_DEFINITION);
}

/** What decides whether two viewers may share a frame about a message. */
export type FrameFacts = {
  readonly author: UserId | null;
  readonly replyTo: number | null;
  readonly fresh: boolean; // just sent: nobody has it delivered or read
  readonly subject: UserId | null; // whose marks it shows
};
export type Looker = {
  readonly userId: UserId;
  readonly seesFrom: number; // first number she may see and has not cleared
  readonly hides: ReadonlySet<number>; // of the messages at hand, those she deleted for herself
  readonly readMarks: boolean; // shows her marks, and so sees those of others
};

/**
 * Viewers with equal keys see the same frame: one execution serves them all. Anything not known to
 * be shared gets the viewer's own key.
 */
export function scopeKey(fields: ReadonlySet<string>, facts: FrameFacts, looker: Looker): string {
  let key = '';
  for (const field of fields) {
    if (field.endsWith(ofAnswer)) {
      if (facts.replyTo !== null) return looker.userId;
    } else if (field === 'Message.clientId')
      key += looker.userId === facts.author ? 'author,' : 'other,';
    else if (field === 'Message.replyTo') key += replyClass(facts, looker);
    else if (isMark(field)) key += markClass(facts, looker);
    else if (!(facts.fresh && isReceipt(field))) return looker.userId;
  }
  return key;
}

/** Whether a message just sent, with these fields selected, can be shown from its event alone. */
export function needsReadModels(fields: ReadonlySet<string>, facts: FrameFacts): boolean {
  for (const field of fields) {
    const isOfReply = field === 'Message.replyTo' || field.endsWith(ofAnswer);
    if (isOfReply && facts.replyTo !== null) return true;
    if (!isOfReply && field !== 'Message.clientId' && !isReceipt(field)) return true;
  }
  return false;
}

function replyClass({ replyTo }: FrameFacts, looker: Looker): string {
  if (replyTo === null) return '';
  return looker.seesFrom <= replyTo && !looker.hides.has(replyTo) ? 'sees,' : 'sees-not,';
}

function markClass({ subject }: FrameFacts, looker: Looker): string {
  if (subject === looker.userId) return 'own-marks,';
  return looker.readMarks ? 'marks,' : 'no-marks,';
}

function isMark(field: string): boolean {
  return field === 'Member.deliveredUpTo' || field === 'Member.readUpTo';
}

function isReceipt(field: string): boolean {
  return field === 'Message.deliveredTo' || field === 'Message.readBy';
}

function liveTypes(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => type.getInterfaces().some(({ name }) => name === 'LiveEvent'))
    .map(({ name }) => name);
}

/**
 * Under an interface or in a fragment that several types use, the field counts for every live type:
 * right, and it only costs executions.
 */
function note(plan: Map<string, Set<string>>, typeName: string | null, field: string): void {
  for (const [name, fields] of plan) {
    if (typeName === null || typeName === name) fields.add(field);
  }
}
