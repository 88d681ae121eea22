import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { plain, safeHeaders, send, takesGzip } from './answers.ts';
import { filesOf } from './files.ts';
import type { WebRoute } from './server.ts';

/** Scripts and styles of our pages, and what draws their charts, all from here: no page asks anybody else. */
export const assetsPath = '/assets';
export const pagesFolder = fileURLToPath(new URL('./pages', import.meta.url));

type Asset = { readonly type: string; readonly body: Buffer; readonly packed: Buffer; readonly tag: string };

const compress = promisify(gzip);
const require = createRequire(import.meta.url);
const script = 'text/javascript; charset=utf-8';

/** What browsers are given of vega: its own builds for them. */
const vendorScripts: Readonly<Record<string, () => string>> = {
  'vega.js': () => packageFile('vega', 'build/vega.min.js'),
  'vega-lite.js': () => packageFile('vega-lite', 'build/vega-lite.min.js'),
  'vega-embed.js': () => packageFile('vega-embed', 'build/vega-embed.min.js'),
  'vega-interpreter.js': () => asClassicScript(packageFile('vega-interpreter', 'build/vega-interpreter.js')),
};

/** Serves the assets, each read and packed once. */
export function assetsRoute(): WebRoute {
  const own = filesOf(pagesFolder);
  const known = new Map<string, Promise<Asset | undefined>>();
  const load = async (name: string): Promise<Asset | undefined> => {
    const vendor = vendorScripts[name];
    if (vendor) return asset(script, Buffer.from(vendor()));
    const file = own.get(name);
    if (!file || name.endsWith('.html')) return undefined;
    return asset(
      file.type.startsWith('text/') ? `${file.type}; charset=utf-8` : file.type,
      await file.read(),
    );
  };
  return {
    path: assetsPath,
    below: true,
    audience: 'readers',
    async handle(request, response) {
      const name = (request.url ?? '').split('?')[0]!.slice(assetsPath.length + 1);
      const isKnown = Object.hasOwn(vendorScripts, name) || own.has(name);
      if (isKnown && !known.has(name)) known.set(name, load(name));
      const found = await known.get(name);
      if (!found) return send(request, response, plain(404, 'no such file'));
      const { type, body, packed, tag } = found;
      const common = { 'cache-control': 'public, max-age=3600', etag: tag, vary: 'accept-encoding' };
      if (request.headers['if-none-match'] === tag) {
        response.writeHead(304, safeHeaders(common)).end();
        return;
      }
      const takesPacked = takesGzip(request.headers);
      const headers = { ...common, ...(takesPacked && { 'content-encoding': 'gzip' }) };
      send(request, response, { type, body: takesPacked ? packed : body, headers });
    },
  };
}

async function asset(type: string, body: Buffer): Promise<Asset> {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { type, body, packed: await compress(body), tag };
}

/** A file of an installed package that its exports do not name. */
function packageFile(name: string, path: string): string {
  const folder = require.resolve.paths(name)!.find((one) => readable(join(one, name, path)) !== undefined);
  if (folder === undefined) throw new Error(`${name} brings no ${path}`);
  return readable(join(folder, name, path))!;
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not in this folder of packages, but maybe in one above.
    return undefined;
  }
}

/**
 * The interpreter comes as a module that imports three functions of vega's by name, which no browser resolves. Vega's own
 * build holds them, and is there before it.
 */
function asClassicScript(text: string): string {
  const imported = /^import \{([^}]+)\} from 'vega-util';$/m;
  const exported = /^export \{ expression as expressionInterpreter \};$/m;
  if (!imported.test(text) || !exported.test(text)) throw new Error('vega-interpreter is built otherwise');
  const body = text
    .replace(imported, (_, names: string) => `const {${names}} = vega;`)
    .replace(exported, 'globalThis.vegaInterpreter = { expressionInterpreter: expression };');
  return `(() => {\n${body}\n})();\n`;
}
