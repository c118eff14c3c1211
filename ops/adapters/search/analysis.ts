/** A word of a text as it is indexed, and where it stands (UTF-16 units). */
export type Token = {
  readonly word: string; // folded: letters, digits and marks alone, or one emoji
  readonly start: number;
  readonly end: number;
  readonly kind: 'word' | 'emoji' | Unspaced;
};
/** Of a script without spaces: two characters, the last one by itself, or one that stands alone. */
type Unspaced = 'pair' | 'tail' | 'single';

const unspaced =
  '[[\\p{scx=Hani}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}\\p{scx=Thai}\\p{scx=Laoo}\\p{scx=Khmr}' +
  '\\p{scx=Mymr}]&&[\\p{L}\\p{N}]][\\p{M}ﾞﾟ]*';
const pieces = new RegExp(
  `(?<emoji>\\p{RGI_Emoji}|\\p{Extended_Pictographic})|(?<unspaced>(?:${unspaced})+)|` +
    `(?<word>(?:(?!${unspaced})[\\p{L}\\p{N}\\p{M}])+)`,
  'gv',
);
const characters = new RegExp(unspaced, 'gv');
const lettersMax = 64; // of a word: what follows is not looked at

/**
 * The words of a text in their order, the same for what is indexed, asked and marked, whichever
 * engine searches. Text of scripts without spaces becomes every two characters that follow each
 * other and the last one by itself, so that each character begins a word.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: piece, index: start, groups = {} } of text.matchAll(pieces)) {
    if (groups.unspaced !== undefined) tokens.push(...pairsOf(piece, start));
    else if (groups.emoji !== undefined) {
      tokens.push({ word: plainEmoji(piece), start, end: start + piece.length, kind: 'emoji' });
    } else {
      const word = fold(piece);
      if (word !== '') tokens.push({ word, start, end: start + piece.length, kind: 'word' });
    }
  }
  return tokens;
}

/** A text as an engine is given it: its words with a space between them. */
export function wordsOf(text: string): string {
  return tokensOf(text)
    .map(({ word }) => word)
    .join(' ');
}

function pairsOf(run: string, start: number): readonly Token[] {
  const each = [...run.matchAll(characters)];
  return each.flatMap(({ 0: one, index }, at): readonly Token[] => {
    const next = each[at + 1];
    const begins = start + index;
    const ends = next ? start + next.index + next[0].length : begins + one.length;
    const word = fold(run.slice(index, ends - start));
    const kind = next ? 'pair' : each.length > 1 ? 'tail' : 'single';
    return word === '' ? [] : [{ word, start: begins, end: ends, kind }];
  });
}

const ascii = /^[\x20-\x7e]*$/;
/** Accents, Hebrew points, Arabic vowels and the stroke that only makes a word longer. */
const marks = /[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670\u06d6-\u06ed]/g;
const others = /[^\p{L}\p{N}\p{M}]/gu;
const letters: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ħ: 'h', ı: 'i', ς: 'σ' },
  ...{ ة: 'ه', ى: 'ي', ک: 'ك', ی: 'ي' },
};
const lettersFolded = new RegExp(`[${Object.keys(letters).join('')}]`, 'g');

function fold(word: string): string {
  if (ascii.test(word)) return word.slice(0, lettersMax).toLowerCase();
  const folded = word
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(marks, '')
    .replace(lettersFolded, (letter) => letters[letter] ?? letter)
    .normalize('NFKC')
    .replace(others, '');
  return folded.slice(0, lettersMax).replace(/[\ud800-\udbff]$/, '');
}

/** Of every colour of skin, and however it is to be drawn. */
function plainEmoji(emoji: string): string {
  return emoji.replace(/[\u{1f3fb}-\u{1f3ff}\ufe0f]/gu, '');
}
