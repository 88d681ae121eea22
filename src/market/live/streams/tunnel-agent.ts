import { Agent, request as requestPlain } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

type Target = { readonly host?: string | null; readonly port?: string | number | null };
type Done = (error: Error | null, socket?: Duplex) => void;

/**
 * Leads sockets through an HTTP proxy (CONNECT), as ccxt does only with a package of its own choice beside it. A `wss:`
 * socket is encrypted inside the tunnel. The proxy's user and password may stand in its address.
 */
export function createTunnelAgent(proxyUrl: string, options: { readonly encrypt: boolean }): Agent {
  const agent = new Agent();
  const connect = (target: Target, done: Done) => {
    openTunnel(proxyUrl, target, (error, tunnel) => {
      if (error || !tunnel) return done(error);
      done(null, options.encrypt ? connectTls({ socket: tunnel, ...serverName(target) }) : tunnel);
    });
  };
  // Node refuses an agent of the other protocol.
  return Object.assign(agent, { createConnection: connect, protocol: options.encrypt ? 'https:' : 'http:' });
}

function openTunnel(proxyUrl: string, target: Target, done: (error: Error | null, tunnel?: Socket) => void) {
  const { protocol, hostname, port, username, password } = new URL(proxyUrl);
  const isEncrypted = protocol === 'https:';
  const request = isEncrypted ? requestEncrypted : requestPlain;
  const path = `${target.host}:${target.port}`;
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const asked = request({
    host: hostname,
    port: port || (isEncrypted ? 443 : 80),
    method: 'CONNECT',
    path,
    headers: {
      host: path,
      ...(username && { 'proxy-authorization': `Basic ${login.toString('base64')}` }),
    },
    agent: false,
  });
  asked.once('error', done);
  asked.once('connect', ({ statusCode }, tunnel: Socket) => {
    if (statusCode === 200) return done(null, tunnel);
    tunnel.destroy();
    done(new Error(`the proxy answered ${statusCode}`));
  });
  asked.end();
}

/** Names are told to the server, addresses must not be. */
function serverName({ host }: Target): { readonly servername?: string } {
  return host && isIP(host) === 0 ? { servername: host } : {};
}
