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

// npm run bench [-- NAME ...]: seeded, in this order, one after the other in one process. Prints Markdown.
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

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benches));
if (unknown) throw new Error(`no benchmark "${unknown}"; there are ${Object.keys(benches).join(', ')}`);

console.log(`${machine()}\n`);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const { timings, findings } = await benches[name]!();
  if (timings.length > 0) console.log(`${table(timings)}\n`);
  console.log(`${findings.map((finding) => `- ${finding}`).join('\n')}\n`);
}
console.log(`(last result kept: ${sinkKind()})`);
