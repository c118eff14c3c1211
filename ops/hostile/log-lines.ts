import { planted } from './texts.ts';

/** What is wrong with the lines of a log: personal text, a defect told, or no line of ours. */
export function unfitLines(logged: string): readonly string[] {
  return logged
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      if (line.includes(planted) || /@(example|x)\.org/.test(line)) {
        return [`the log shows what somebody wrote: ${line.slice(0, 300)}`];
      }
      const level = levelOf(line);
      if (level === null)
        return [`something else than a log line was written: ${line.slice(0, 300)}`];
      return level >= 40 ? [`the log tells of a defect: ${line.slice(0, 600)}`] : [];
    });
}

function levelOf(line: string): number | null {
  try {
    return Number(JSON.parse(line).level);
  } catch {
    return null;
  }
}
