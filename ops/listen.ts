import type { FastifyInstance } from 'fastify';
import type { Config } from './config/config.ts';
import { PlainError } from './plain-error.ts';

/** Listens where the configuration says, or tells in one sentence why that cannot be. */
export async function listenOr(server: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await server.listen({ host, port });
  } catch (cause) {
    // Anything without a code of the system is a defect of ours and shows as it is.
    if (!(cause instanceof Error && 'syscall' in cause && 'code' in cause)) throw cause;
    throw new PlainError(sentence(String(cause.code), host, port));
  }
}

function sentence(code: string, host: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return (
      `Port ${port} is in use by another program: stop that one, or choose another with ` +
      'PARLEY_PORT (0 picks a free one).'
    );
  }
  if (code === 'EACCES') {
    return `Port ${port} needs more rights than we have: choose one above 1023 with PARLEY_PORT.`;
  }
  const place = `${host} port ${port}`;
  return `Parley cannot listen on ${place} (${code}): check PARLEY_HOST and PARLEY_PORT.`;
}
