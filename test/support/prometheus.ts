export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
export type Family = { readonly type: string; readonly help: string; readonly samples: readonly Sample[] };

/**
 * Reads what Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats/). Throws on a line that it
 * would refuse: one without HELP and TYPE before it, a sample of another family, one that is there twice, a histogram
 * whose buckets do not add up.
 */
export function readPrometheus(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line must end');
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  let name = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const head = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (head) {
      name = head[2]!;
      const family = families.get(name) ?? { type: '', help: '', samples: [] };
      if (family.samples.length > 0) throw new Error(`${name} comes twice`);
      family[head[1] === 'HELP' ? 'help' : 'type'] = head[3]!;
      families.set(name, family);
      continue;
    }
    const sample = readSample(line);
    const family = families.get(name);
    if (!family?.type || !belongs(sample.name, name, family.type)) throw new Error(`out of place: ${line}`);
    if (family.samples.some((other) => keyOf(other) === keyOf(sample))) throw new Error(`twice: ${line}`);
    family.samples.push(sample);
  }
  for (const [each, { type, samples }] of families) {
    if (type === 'histogram') checkBuckets(each, samples);
  }
  return families;
}

/** Prometheus reads numbers as Go does, which takes NaN and Inf in any case. */
function readSample(line: string): Sample {
  const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (nan|[+-]?inf|[-+\d.e]+)$/i.exec(line);
  if (!parts) throw new Error(`no sample: ${line}`);
  const labels = [...(parts[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g)];
  if (labels.map(([whole]) => whole).join('') !== (parts[2] ?? '')) throw new Error(`labels: ${line}`);
  const value = Number(parts[3]!.replace(/inf/i, 'Infinity'));
  return { name: parts[1]!, labels: Object.fromEntries(labels.map(([, key, text]) => [key, text])), value };
}

function belongs(sample: string, family: string, type: string): boolean {
  if (type === 'histogram') return ['_bucket', '_sum', '_count'].some((end) => sample === family + end);
  if (type === 'summary') return [family, `${family}_sum`, `${family}_count`].includes(sample);
  return sample === family;
}

function checkBuckets(name: string, samples: readonly Sample[]): void {
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const { labels, value } of counts) {
    const buckets = samples.filter(
      (sample) =>
        sample.name === `${name}_bucket` &&
        Object.entries(labels).every(([key, text]) => sample.labels[key] === text),
    );
    const values = buckets.map((bucket) => bucket.value);
    const grows = values.every((each, i) => i === 0 || each >= values[i - 1]!);
    if (!grows || buckets.at(-1)?.labels['le'] !== '+Inf' || values.at(-1) !== value) {
      throw new Error(`buckets of ${name} ${JSON.stringify(labels)}: ${values.join(', ')} of ${value}`);
    }
  }
}

function keyOf({ name, labels }: Sample): string {
  return JSON.stringify([name, Object.entries(labels).sort()]);
}
