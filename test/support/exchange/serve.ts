/** Serves the small made-up world until it is stopped: `npx tsx test/support/exchange/serve.ts`. */
import { startLoopbackExchange } from './server.ts';
import { smallWorld } from './small-world.ts';

const exchange = await startLoopbackExchange({ world: smallWorld({ nowMs: Date.now() }), nowMs: Date.now });
process.stdout.write(`EXCHANGE_API_URL=${exchange.url}\n`);
process.once('SIGINT', () => void exchange.close());
process.once('SIGTERM', () => void exchange.close());
