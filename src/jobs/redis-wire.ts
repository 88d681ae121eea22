import { connect } from 'node:net';

/**
 * Sends one command to a Redis on the loopback address, as plain words, and resolves to the text of its answer (for
 * SHUTDOWN, which has none, to what came before the end). Rejects when nothing there speaks Redis or the password is
 * not its own. For the few moments when a whole client would get in the way.
 */
export function askRedis(
  server: { readonly port: number; readonly password: string },
  command: string,
  timeoutMs = 1_000,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: server.port });
    let received = '';
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')));
    socket.once('connect', () => socket.end(`AUTH ${server.password}\r\n${command}\r\n`));
    socket.on('data', (chunk) => {
      received += chunk.toString('utf8');
    });
    socket.once('error', reject);
    socket.once('close', () => {
      const [greeting, ...rest] = received.split('\r\n');
      const answer = rest.join('\r\n');
      if (greeting !== '+OK') return reject(new Error(greeting || 'closed without an answer'));
      if (answer.startsWith('-')) return reject(new Error(answer.trim()));
      resolve(answer);
    });
  });
}
