import type { FastifyInstance } from 'fastify';
import type { OptionName } from './config/environment.ts';
import { PlainError } from './plain-error.ts';

/** An address, and the options that it comes from. */
export type Place = {
  readonly host: string;
  readonly port: number;
  readonly options: Readonly<Record<'host' | 'port', OptionName>>;
};

/** Listens where the configuration says, or tells in one sentence why that cannot be. */
export async function listenOr(server: FastifyInstance, place: Place): Promise<void> {
  const { host, port } = place;
  try {
    await server.listen({ host, port });
  } catch (cause) {
    // Anything without a code of the system is a defect of ours and shows as it is.
    if (!(cause instanceof Error && 'syscall' in cause && 'code' in cause)) throw cause;
    throw new PlainError(sentence(String(cause.code), place));
  }
}

function sentence(code: string, { host, port, options }: Place): string {
  if (code === 'EADDRINUSE') {
    return (
      `Port ${port} is in use by another program: stop that one, or choose another with ` +
      `${options.port} (0 picks a free one).`
    );
  }
  if (code === 'EACCES') {
    return (
      `Port ${port} needs more rights than we have: choose one above 1023 with ` +
      `${options.port}.`
    );
  }
  const place = `${host} port ${port}`;
  return `Parley cannot listen on ${place} (${code}): check ${options.host} and ${options.port}.`;
}
