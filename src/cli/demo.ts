import { join } from 'node:path';
import { liqmap } from '../../commands/liqmap.ts';
import { setUpFonts } from '../config.ts';
import { dayMs } from '../core/durations.ts';
import { wideWeights } from '../core/weights.ts';
import { createSimulatedSources } from '../market/simulated/market.ts';
import { MapService } from '../service.ts';
import type { CliCommand } from './command.ts';
import { parse } from './command.ts';
import { writePicture } from './picture-file.ts';

/** Fixed, so that everybody's first picture is the same. */
const seed = 7;
const endMs = Date.UTC(2026, 0, 31, 12);

export const demoCommand: CliCommand = {
  name: 'demo',
  summary: 'draw a map of a simulated market and serve it all in the browser; needs no internet',
  usage: `npm run demo [-- --once]

  --once                 exit after the picture
  --symbol X             BTC, ETH or SOL; ETH unless told
  --out FILE             where the picture goes; out/demo-SYMBOL.png unless told
  --port N               first port to try; 8420 unless told`,
  async run(args, output) {
    const { values } = parse('demo', args, {
      once: { type: 'boolean' },
      symbol: { type: 'string', default: 'ETH' },
      out: { type: 'string' },
      port: { type: 'string' },
    });
    setUpFonts();
    output.note('living through 30 days of a made-up market ...');
    const market = createSimulatedSources({ seed, startMs: endMs - 30 * dayMs, endMs });
    const nowMs = () => market.nowMs();
    const maps = new MapService({ sources: market.sources, weights: wideWeights, nowMs });
    const reply = await liqmap.run({ symbol: values.symbol, window: '7d' }, { maps, nowMs });
    output.out(reply.text);
    const path = values.out ?? join('out', `demo-${values.symbol.toLowerCase()}.png`);
    output.out(`\npicture: ${await writePicture(path, await reply.picture!.draw())}`);
    output.out('These positions are SIMULATED. For real ones: npm run liqmap -- map eth');
    if (values.once) return 0;
    // Who wants the picture alone need not wait for all the rest to load.
    const { serveDemo } = await import('./demo-service.ts');
    return serveDemo(market, { port: values.port, output });
  },
};
