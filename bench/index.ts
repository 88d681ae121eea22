import { scriptOptions } from '../test/support/script-options.ts';
import { benchAlertDelivery } from './alert-delivery.ts';
import { benchAlertReplay } from './alert-replay.ts';
import { benchAlerts } from './alerts.ts';
import { benchBook } from './book.ts';
import { benchCascade } from './cascade.ts';
import { benchDiscord } from './discord.ts';
import { benchEnsemble } from './ensemble.ts';
import { benchHeatmap } from './heatmap.ts';
import { benchMap } from './map.ts';
import { type BenchResult, machine, sinkKind, table } from './measure.ts';
import { benchPicture } from './picture.ts';
import { benchPictures } from './pictures.ts';
import { benchHour, benchService } from './service.ts';
import { benchTelegram } from './telegram.ts';

const benches: Readonly<Record<string, () => Promise<BenchResult>>> = {
  book: benchBook,
  map: benchMap,
  ensemble: benchEnsemble,
  cascade: benchCascade,
  picture: benchPicture,
  pictures: benchPictures,
  heatmap: benchHeatmap,
  service: benchService,
  hour: benchHour,
  discord: benchDiscord,
  telegram: benchTelegram,
  alerts: benchAlerts,
  'alert-replay': benchAlertReplay,
  delivery: benchAlertDelivery,
};

const usage = `Speed on this machine, seeded, one after the other in one process, as Markdown.

npm run bench -- [NAME ...]

  ${Object.keys(benches).join(', ')}; all unless told`;

const { positionals: wanted } = scriptOptions(usage, {}, Object.keys(benches));

console.log(`${machine()}\n`);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const { timings, findings } = await benches[name]!();
  if (timings.length > 0) console.log(`${table(timings)}\n`);
  console.log(`${findings.map((finding) => `- ${finding}`).join('\n')}\n`);
}
console.log(`(last result kept: ${sinkKind()})`);
