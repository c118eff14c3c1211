import { expect, it } from 'vitest';
import type { Opened } from './documents.ts';
import { newRoom } from './documents.ts';

/** What finds what: the text that was sent, what somebody types, whether it is found. */
const pairs: readonly (readonly [sent: string, typed: string, isFound: boolean])[] = [
  ['Café au lait', 'cafe', true],
  ['cafe au lait', 'CAFÉ', true],
  ['Ｆｕｌｌ ｗｉｄｔｈ', 'full width', true],
  ['ﾊﾝｶｸｶﾞﾅ', 'ハンカクガナ', true],
  ['DIYARBAKIR’da ısı', 'diyarbakır', true],
  ['İstanbul', 'istanbul', true],
  ['istanbul', 'ISTANBUL', true],
  ['Straße', 'strasse', true],
  ['STRASSE', 'straße', true],
  ['Ærø, Łódź', 'aero lodz', true],
  ['ΟΔΟΣ', 'οδος', true],
  ['Всё ещё', 'все еще', true],
  ['שָׁלוֹם עולם', 'שלום', true],
  ['مُحَمَّد هنا', 'محمد', true],
  ['أحمد في المدرسة', 'احمد', true],
  ['東京都に住んでいます', '京都', true],
  ['東京都に住んでいます', '東京', true],
  ['東京都に住んでいます', '東都', false],
  ['東京都に住んでいます', '都', true],
  ['我喜欢iPhone手机', 'iphone', true],
  ['我喜欢iPhone手机', '手机', true],
  ['我喜欢iPhone手机', '手机 iphone', true],
  ['我喜欢 手机iPhone', '手机iPhone', true],
  ['한국어를 배워요', '한국어', true],
  ['ภาษาไทยง่าย', 'ไทย', true],
  ['party 🎉 now', '🎉', true],
  ['party 🎉 now', '🎈', false],
  ['well done 👍🏽', '👍', true],
  ['love ❤️ you', '❤', true],
  ['the family 👨‍👩‍👧', '👨‍👩‍👧', true],
  ['flag 🇩🇪', '🇫🇷', false],
  ['mounting a drive', 'moun', true],
  ['mounting a drive', 'moun drive', false],
  ['mounting a drive', 'drive mount', true],
  ['run apt-get install', 'apt-get', true],
  ['get it with apt', 'apt-get', false],
  ['see https://example.org/a_page?x=1', 'example.org', true],
  ['see https://example.org/a_page?x=1', 'page', true],
  ['the quick brown fox', '"quick brown"', true],
  ['the quick brown fox', '“quick brown”', true],
  ['the brown quick fox', '"quick brown"', false],
  ['the quick brownie', '"quick brown"', false],
  ['the quick brown fox', 'fox quick', true],
  ['the quick brown fox', 'quick cat', false],
  ['a kernel panic', 'kernal', true],
  ['a kernel panic', 'kernl', true],
  ['a kernel panic', 'kenrel', true],
  ['a kernel panic', 'kernnel', true],
  ['a kernel panic', 'ernel', true],
  ['a kernel panic', 'xernal', false],
  ['a kernel panic', '"kernal"', false],
  ['the cats', 'bats', false],
];

export function wordsContract(opened: () => Opened): void {
  it.each(pairs)('of %j, %j finds it: %j', async (sent, typed, isFound) => {
    const room = newRoom(opened);
    await room.say(sent);
    expect(await room.find(typed)).toEqual(isFound ? [1] : []);
  });

  it.each([
    ...['"', '""', '-', '*', ':', '( )', '^', 'AND', 'OR', 'NOT', 'NEAR', 'NEAR(a b)', 'a AND'],
    ...['NOT ripe', 'words:ripe', 'text:ripe', '-ripe', '+ripe', 'ripe*', 'ri*pe', 'ripe~2'],
    ...['ripe OR', '"ripe', 'ripe"', '" ripe "', '{ripe}', '[a TO b]', '/ripe/', '\\', 'ripe^2'],
    ...["'; drop table x; --", 'ripe\u0000ripe', '\ud800', '%', '_', '&&', '||', '!ripe'],
  ])('takes %j for words, whatever it means to an engine', async (typed) => {
    const room = newRoom(opened);
    await room.say('ripe fruit', 'unripe');
    const found = await room.find(typed);
    const alone = /^\W*ripe\W*$/.test(typed);
    expect(found).toEqual(alone ? [1] : []);
  });

  it.each(['', ' ', '\n\t', '…', '?!', '""', '— * :'])('finds nothing by %j', async (typed) => {
    const room = newRoom(opened);
    await room.say('apple', '?!');
    expect(await room.find(typed)).toEqual([]);
    expect((await opened().search.findPeople({ text: typed, first: 10 })).hits).toEqual([]);
  });

  it('takes a text of 64 KiB as a query', async () => {
    const room = newRoom(opened);
    await room.say('so many words');
    expect(await room.find('many '.repeat(13_107))).toEqual([1]);
    expect(await room.find('x'.repeat(65_536))).toEqual([]);
  });

  it('ranks what stands together first, then all words, begun and misspelt ones', async () => {
    const room = newRoom(opened);
    await room.say(
      'a network manager', // together
      'the manager of the network', // both
      'our network is what the managers want', // one is begun
      'network managers', // begun, together
      'networl and manager', // misspelt
    );
    expect(await room.find('network manager')).toEqual([1, 4, 2, 3, 5]);
    expect(await room.find('network manager', { order: 'newest' })).toEqual([4, 3, 2, 1, 5]);
  });

  it.each([
    ['Grüße aus Köln', 'koln', ['Grüße aus ', '[Köln]']],
    ['Grüße aus Köln', 'GRUSSE aus', ['[Grüße]', ' ', '[aus]', ' Köln']],
    ['東京都に', '京都', ['東', '[京都]', 'に']],
    ['<b>kernel</b> & kernels', 'kern', ['<b>', '[kernel]', '</b> & ', '[kernels]']],
    ['one kernel', 'kernal', ['one ', '[kernel]']],
    ['quick, quick brown', '"quick brown"', ['quick, ', '[quick brown]']],
    ['well 👍🏽', '👍', ['well ', '[👍🏽]']],
  ])('marks in %j what %j found', async (sent, typed, pieces) => {
    const room = newRoom(opened);
    await room.say(sent);
    const [hit] = await room.hits(typed);
    expect(hit?.highlights.map(({ text, found }) => (found ? `[${text}]` : text))).toEqual(pieces);
  });
}
