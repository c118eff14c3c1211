import type { Answer } from './answer.ts';
import type { Fault, FramesInput, HttpInput, Input } from './input.ts';

/** What an answer is worth: how it counts, and what is wrong with it, if anything is. */
export type Verdict = {
  readonly kind: 'accepted' | 'refused';
  readonly complaint: string | null;
};

type Failure = {
  readonly message?: unknown;
  readonly extensions?: {
    readonly code?: unknown;
    readonly field?: unknown;
    readonly retryAfterMs?: unknown;
  };
};
type Result = { readonly data?: unknown; readonly errors?: readonly Failure[] };

const refused = (complaint: string | null): Verdict => ({ kind: 'refused', complaint });

/** Whether an input was answered as the documents promise. */
export function judge(input: Input, answer: Answer): Verdict {
  if (answer.via === 'nothing') return refused(`was not answered: ${answer.why}`);
  if (input.via === 'http' && answer.via === 'http') return ofHttp(input, answer);
  if (input.via === 'frames' && answer.via === 'frames') return ofFrames(input, answer);
  if (input.via !== 'bytes' || answer.via !== 'bytes') throw new Error('another kind of answer');
  return refused(
    input.answer.test(answer.text) ? null : `was answered ${answer.text.slice(0, 60)}`,
  );
}

function ofHttp(input: HttpInput, answer: Extract<Answer, { readonly via: 'http' }>): Verdict {
  const { status, type, body } = answer;
  if (status >= 500) return refused(`has status ${status}: ${body.slice(0, 200)}`);
  if (/node_modules|\bat [\w.]+ \(|file:\/\//.test(body)) return refused('shows how we are made');
  const isGraphql = /^\/graphql(\?|$)/.test(input.path) && /^(GET|POST)$/.test(input.method);
  if (!isGraphql) return refused(null);
  if (!/^application\/(graphql-response\+)?json/.test(type)) {
    return refused(`is no JSON but ${type || 'nothing'}: ${body.slice(0, 60)}`);
  }
  const result = parsed(body);
  return result === null ? refused('is no JSON object') : ofResult(result, input.fault);
}

function parsed(text: string): Result | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

const codes = new Set(['BAD_INPUT', 'LIMITED', 'UNAUTHENTICATED', 'UNAVAILABLE', 'NOT_FOUND']);

function ofResult({ data, errors }: Result, fault: Fault | null): Verdict {
  if (errors === undefined) return ofData(data, fault);
  if (!Array.isArray(errors) || errors.length === 0) return refused('has errors that are none');
  const complaints = errors.map((failure) => ofFailure(failure, fault));
  return refused(complaints.find((complaint) => complaint !== null) ?? null);
}

function ofFailure({ message, extensions }: Failure, fault: Fault | null): string | null {
  const { code, field, retryAfterMs } = extensions ?? {};
  if (typeof message !== 'string') return 'has an error without a message';
  if (typeof code !== 'string' || !codes.has(code)) return `has the code ${code}: ${message}`;
  if (fault?.code && code !== fault.code) return `is ${code} and not ${fault.code}`;
  const waits = retryAfterMs === null || typeof retryAfterMs === 'number';
  if (code === 'LIMITED' && !waits) return 'is LIMITED and does not say when to come back';
  const isAboutOne = fault !== null && fault.at.length > 0 && !message.startsWith('Syntax Error');
  if (code !== 'BAD_INPUT' || !isAboutOne) return null;
  const isNamed = names(field, fault) || message.includes(`\`${fault.at.at(-1)}\``);
  return isNamed ? null : `names ${JSON.stringify(field)}: ${message.slice(0, 200)}`;
}

/**
 * The field named is the one at fault, by its way from the argument or by its own name; or one
 * inside it, where what is at fault is a whole input.
 */
function names(field: unknown, { at }: Fault): boolean {
  const named = String(field ?? '').replace(/\.\d+(?=\.|$)/g, '');
  const way = at.length > 1 && at[0] === 'input' ? at.slice(1).join('.') : at.join('.');
  if (named === '') return false;
  return (
    way === 'input' || way === named || named.startsWith(`${way}.`) || way.endsWith(`.${named}`)
  );
}

type Payload = {
  readonly refusal?: { readonly code: string; readonly field: string | null } | null;
};

function ofData(data: unknown, fault: Fault | null): Verdict {
  if (typeof data !== 'object' || data === null) return refused('has neither data nor errors');
  const payloads: readonly (Payload | null)[] = Object.values(data);
  const refusal = payloads.find((payload) => payload?.refusal)?.refusal;
  if (refusal && fault?.code) return refused(`is ${refusal.code} and not ${fault.code}`);
  if (refusal) return refused(fault && ofRefusal(refusal.field, fault));
  if (fault?.refuse) return { kind: 'accepted', complaint: 'took what does not fit' };
  return { kind: 'accepted', complaint: null };
}

function ofRefusal(field: string | null, { at }: Fault): string | null {
  if (field === null || at.length < 2) return null;
  return at.includes(field) ? null : `refuses for ${field}`;
}

function ofFrames(
  input: FramesInput,
  answer: Extract<Answer, { readonly via: 'frames' }>,
): Verdict {
  const { ends, fault } = input;
  const last = answer.messages.slice(-2).join(' ').slice(0, 300);
  const said = `ended with ${answer.code ?? 'nothing'}: ${last}`;
  const heard = answer.messages.map((text) => ofMessage(text, fault));
  const wrong = heard.find((verdict) => verdict?.complaint);
  if (wrong) return wrong;
  if (ends.kind === 'closes') {
    return refused(answer.code !== null && ends.codes.includes(answer.code) ? null : said);
  }
  if (answer.code !== null) return refused(said);
  const accepted = heard.some((verdict) => verdict?.kind === 'accepted');
  return { kind: accepted ? 'accepted' : 'refused', complaint: null };
}

function ofMessage(text: string, fault: Fault | null): Verdict | null {
  const message = parsed(text) as { readonly type?: string; readonly payload?: unknown } | null;
  if (message?.type === 'next') return ofResult(message.payload as Result, fault);
  if (message?.type === 'error') {
    return ofResult({ errors: message.payload as readonly Failure[] }, fault);
  }
  const known = /^(connection_ack|ping|pong|complete)$/.test(message?.type ?? '');
  return known ? null : refused(`has a message of type ${message?.type}`);
}
