/** What a command comes to, for whoever asked. */
export type Outcome<Answer, Refusal> =
  | {
      readonly kind: 'done';
      readonly stored: boolean; // false: it was so already
      readonly position: bigint; // read models that reached it show the answer
      readonly answer: Answer;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal } // nothing was stored
  | { readonly kind: 'conflict' } // others were faster, several times; nothing was stored
  // refused early; nothing was stored
  | { readonly kind: 'overloaded'; readonly retryAfterMs: number }
  // unknown: repeat with the same ids
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number };
