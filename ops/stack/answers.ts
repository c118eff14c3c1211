import { createConnection } from 'node:net';

const withinMs = 1_000;

/** Whether an address says over HTTP that all is well. */
export function answersOk(url: string, ms = withinMs): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(ms) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Whether the first that a port of loopback says to a question over TCP is a right answer. */
export function answersTo(
  port: number,
  question: string | Uint8Array,
  isRight: (answer: Buffer) => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(question));
    socket.setTimeout(withinMs, () => socket.destroy());
    socket.once('data', (answer) => {
      resolve(isRight(answer));
      socket.destroy();
    });
    socket.once('error', () => socket.destroy());
    socket.once('close', () => resolve(false));
  });
}
