/** What a program prints, heard piece by piece. */
export type Hearing = {
  hear(text: string): void;
  newest(): string;
  /** Lines of the log that tell of a defect, since it was asked last; the first of very many. */
  takeDefects(): readonly string[];
};

const newestKept = 100_000; // characters
const defectsKept = 1_000; // lines

export function openHearing(): Hearing {
  let newest = '';
  let begun = ''; // a line that has not ended yet
  let defects: string[] = [];
  return {
    hear: (text) => {
      newest = `${newest}${text}`.slice(-newestKept);
      const lines = `${begun}${text}`.split('\n');
      begun = (lines.pop() ?? '').slice(-newestKept);
      defects = [...defects, ...lines.filter(isDefect)].slice(0, defectsKept);
    },
    newest: () => newest,
    takeDefects: () => {
      const taken = defects;
      defects = [];
      return taken;
    },
  };
}

function isDefect(line: string): boolean {
  return line.startsWith('{') && line.endsWith('"msg":"internal"}');
}
