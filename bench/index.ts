import { benchBook } from './book.ts';
import { benchCascade } from './cascade.ts';
import { benchHeatmap } from './heatmap.ts';
import { benchMap } from './map.ts';
import { machine, sinkKind, type Timing, table } from './measure.ts';
import { benchPicture } from './picture.ts';
import { benchService } from './service.ts';

// npm run bench [-- NAME ...]: seeded, in this order, one after the other in one process. Prints Markdown.
const benches: Readonly<Record<string, () => Promise<{ timings: Timing[]; findings: string[] }>>> = {
  book: benchBook,
  map: benchMap,
  cascade: benchCascade,
  picture: benchPicture,
  heatmap: benchHeatmap,
  service: benchService,
};

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !(name in benches));
if (unknown) throw new Error(`no benchmark "${unknown}"; there are ${Object.keys(benches).join(', ')}`);

console.log(`${machine()}\n`);
for (const name of wanted.length > 0 ? wanted : Object.keys(benches)) {
  const { timings, findings } = await benches[name]!();
  console.log(`${table(timings)}\n\n${findings.map((finding) => `- ${finding}`).join('\n')}\n`);
}
console.log(`(last result kept: ${sinkKind()})`);
