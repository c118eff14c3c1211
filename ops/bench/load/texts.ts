import { sentences } from '../../demo/people.ts';
import { messagesOf } from '../relevance/archive.ts';

/** Texts that people wrote, each with its mark: of the archive, or of the demonstration. */
export function realTexts(): { readonly textOf: (mark: number) => string; readonly from: string } {
  const archive = process.env.PARLEY_TEST_ARCHIVE;
  const texts = archive ? messagesOf(archive).map(({ text }) => text) : sentences;
  return {
    textOf: (mark) => `<mark ${mark}> ${texts[mark % texts.length] ?? ''}`,
    from: archive
      ? `texts of an archive of ${texts.length} messages`
      : 'texts of the demonstration',
  };
}
