import { loadConfig, setUpFonts } from '../config.ts';
import { weightsFor } from '../core/weights-for.ts';
import { within } from '../deadline.ts';
import { errorText } from '../errors.ts';
import { createLiveSources } from '../market/live/index.ts';
import type { MarketSource } from '../market/source.ts';
import { checkChats, checkRedis, checkSql, type Finding } from './check-services.ts';
import type { CliCommand } from './command.ts';
import { parse } from './command.ts';

const venueDeadlineMs = 20_000;

export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'check configuration, fonts, Redis, SQL and exchanges',
  usage: 'npm run liqmap -- doctor\n\nExit code 0 when all is well, 1 when something needs attention.',
  async run(args, output) {
    parse('doctor', args, {});
    const config = loadConfig();
    const findings: Finding[] = [];
    const report = (finding: Finding) => {
      findings.push(finding);
      output.out(`${finding.ok ? 'ok  ' : 'FAIL'}  ${finding.what.padEnd(22)} ${finding.detail}`);
    };
    report({ what: 'Node.js', ok: true, detail: process.version });
    report({ what: 'configuration', ok: true, detail: `exchanges: ${config.venues.join(', ')}` });
    report({
      what: 'opening weights',
      ok: true,
      detail: weightsFor({ venue: 'hyperliquid', base: 'BTC' }).source,
    });
    report(await checkFonts());
    report(await checkRedis(config));
    report(await checkSql(config));
    report(checkChats(config));
    const sources = createLiveSources({
      venues: config.venues,
      apiUrl: config.exchangeApiUrl,
      proxyUrl: config.exchangeProxyUrl,
      timeoutMs: venueDeadlineMs,
    });
    await Promise.all(sources.map(async (source) => report(await checkVenue(source))));
    await Promise.all(sources.map((source) => source.close()));
    return findings.every(({ ok }) => ok) ? 0 : 1;
  },
};

async function checkVenue(source: MarketSource): Promise<Finding> {
  const startMs = performance.now();
  try {
    const markets = await within(
      source.markets(),
      venueDeadlineMs,
      `no answer within ${venueDeadlineMs / 1000} s`,
    );
    const btc = markets.find(({ base, kind }) => base === 'BTC' && kind === 'perpetual');
    const price = btc && (await within(source.price(btc), venueDeadlineMs, 'no price in time'));
    const took = `${Math.round(performance.now() - startMs)} ms`;
    const detail = `${markets.length} markets${price ? `, BTC at ${price.mark}` : ''}, ${took}`;
    return { what: source.venue, ok: markets.length > 0, detail };
  } catch (error) {
    return { what: source.venue, ok: false, detail: errorText(error) };
  }
}

/** Draws a word twice, with and without letters the shipped fonts know, to see that they are used. */
async function checkFonts(): Promise<Finding> {
  try {
    setUpFonts();
    const { pngFromSvg } = await import('../../renderers/png.ts');
    const draw = (text: string) =>
      pngFromSvg(
        `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"><text x="2" y="22" font-family="Inter" font-size="18">${text}</text></svg>`,
      );
    // Without fonts every letter is the same hollow box.
    const [narrow, wide] = await Promise.all([draw('iiii'), draw('WWWW')]);
    const ok = !narrow.equals(wide);
    return { what: 'fonts', ok, detail: ok ? 'Inter is drawn' : 'letters are drawn as boxes' };
  } catch (error) {
    return { what: 'fonts', ok: false, detail: errorText(error) };
  }
}
