/** In ClickHouse's own words: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export class EngineError extends Error {
  readonly code: number;

  constructor(message: string) {
    super(message);
    this.code = Number(/Code: (\d+)/.exec(message)?.[1] ?? 1);
  }
}

/** As a literal of ClickHouse. */
export function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
