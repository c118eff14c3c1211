/** A real server that the stack brings up on loopback, from a package registry and no container. */
export type StackServer = {
  readonly name: string;
  /** Why it cannot be had on this machine, with what to do; null when it can. */
  missing(): string | null;
  /** What is only done where somebody asks for it by name, as it takes minutes; null once done. */
  readonly unasked?: (() => string | null) | undefined;
  /** The port that people look for it on: it gets this one where nobody has it. */
  readonly port?: number | undefined;
  /** Brings its files into the cache folder, unless they are there; tells what it does. */
  fetch(tell: (what: string) => void): Promise<void>;
  /** How it is started on a port and a folder of its own, which exists. */
  command(on: Place): Command | Promise<Command>;
  /** Whether it answers. */
  isReady(port: number): Promise<boolean>;
  /** The option of the platform that names it, and what it says then. */
  option(port: number): { readonly name: string; readonly value: string };
};

export type Place = { readonly port: number; readonly folder: string };

export type Command = {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>> | undefined;
};
