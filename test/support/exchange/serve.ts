/** Serves the small made-up world until it is stopped: `npx tsx test/support/exchange/serve.ts`. */
import { startLoopbackExchange } from './server.ts';
import { smallWorld } from './small-world.ts';

const exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
const ticking = setInterval(() => exchange.sockets.pushWorld(), 1_000);
process.stdout.write(`EXCHANGE_API_URL=${exchange.url}\n`);
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    clearInterval(ticking);
    void exchange.close();
  });
}
