/** A pattern that is none, or that could take long; says why, for whoever sent it. */
export class ExpressionRefused extends Error {
  override readonly name = 'ExpressionRefused';
}

const patternMax = 256; // characters
const nameMax = 256; // characters that are looked at
const triesMax = 2; // places that may move on their own, the place where it begins being one

/**
 * A regular expression of JavaScript that cannot take long: it comes from a client, and runs where
 * appends are taken. Refused with ExpressionRefused is what can try exponentially many ways, a
 * repeated group that holds a choice or a repetition, and more than two parts of any length (one
 * unless it begins with ^); so it tries 65,536 ways at most, as of a name the first 256 characters
 * are looked at.
 */
export function compileExpression(pattern: string): (name: string) => boolean {
  if (pattern.length > patternMax) refuse(`is longer than ${patternMax} characters`);
  const expression = asExpression(pattern);
  const bare = pattern
    .replaceAll(/\\[1-9k]/g, () => refuse('goes back to what it found'))
    .replaceAll(/\\./g, 'x')
    .replaceAll(/\[[^\]]*\]/g, 'x')
    .replaceAll(/\(\?(?:[:=!]|<[=!]|<\w+>)/g, '(');
  const tries = count(bare, /[*+?]\??|\{\d+(?:,\d*)?\}\??/g) + (isAnchored(bare) ? 0 : 1);
  if (tries > triesMax) {
    refuse('has more than two parts of any length, or more than one without ^ before it');
  }
  if (repeatsMuch(bare)) refuse('repeats a group that holds a choice or a repetition');
  return (name) => expression.test(name.slice(0, nameMax));
}

function asExpression(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch {
    return refuse('is no regular expression');
  }
}

/** With a choice at the top only its first branch would begin there. */
function isAnchored(bare: string): boolean {
  return bare.startsWith('^') && !bare.includes('|');
}

/** Whether a group with more than plain characters in it is repeated. */
function repeatsMuch(bare: string): boolean {
  for (let text = bare; ; ) {
    const [group, inner = '', repeated] = /\(([^()]*)\)([*+?{]?)/.exec(text) ?? [];
    if (group === undefined) return false;
    const isMuch = /[|*+?{]/.test(inner);
    if (isMuch && repeated !== '') return true;
    text = text.replace(group, `${isMuch ? '|' : 'x'}${repeated}`);
  }
}

function count(text: string, what: RegExp): number {
  return text.match(what)?.length ?? 0;
}

function refuse(why: string): never {
  throw new ExpressionRefused(`The filter ${why}: this server does not take that.`);
}
