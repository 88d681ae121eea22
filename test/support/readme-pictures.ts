import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { elements, escaped } from '../../src/web/html.ts';
import { needed, scriptOptions } from './script-options.ts';
import { chromiumPath } from './web/browser.ts';

const usage = `npx tsx test/support/readme-pictures.ts --from FOLDER --out docs/images

Pictures of both chats for the README.

  --from FOLDER   what transcript.ts has written
  --out FOLDER    takes chat-discord.png and chat-telegram.png
  --help`;

/** One thing that somebody did, and what they received. */
type Exchange = {
  readonly platform: string;
  readonly said: string;
  readonly text: string;
  readonly picture?: string;
  readonly buttons: readonly (readonly string[])[];
};

type Look = {
  readonly name: string;
  readonly asker: string;
  /** Whether the words stand above the picture. */
  readonly wordsFirst: boolean;
  readonly style: string;
};

const looks: readonly Look[] = [
  {
    name: 'Discord',
    asker: 'ann',
    wordsFirst: true,
    style:
      'body{background:#313338;color:#dbdee1}.said{color:#b5bac1}.name{color:#f2f3f5}button{background:#4e5058;color:#fff}',
  },
  {
    name: 'Telegram',
    asker: 'Ada',
    wordsFirst: false,
    style:
      'body{background:#d6e4cf;color:#111}.bot{background:#fff;border-radius:12px;padding:8px}.said{background:#e3fdc9;border-radius:12px;padding:8px;margin-left:auto}.name{color:#17623a}button{background:#dfeaf2;color:#17456b}',
  },
];
const width = 680;
/** What is shown of each chat: the map, and a coin that nobody lists. */
const shown = [/\/liqmap(?: symbol:)? ?eth`/, /ethh/];

const { values } = scriptOptions(usage, { from: { type: 'string' }, out: { type: 'string' } });
const from = needed(values.from, '--from FOLDER', usage);
const out = needed(values.out, '--out FOLDER', usage);
const executablePath = chromiumPath();
if (executablePath === undefined) throw new Error('there is no Chromium on PATH');
const exchanges = exchangesOf(readFileSync(join(from, 'transcript.md'), 'utf8'));
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const look of looks) {
  const page = await browser.newPage({ viewport: { width, height: 400 } });
  await page.setContent(pageOf(look, from), { waitUntil: 'load' });
  await page.screenshot({ path: join(out, `chat-${look.name.toLowerCase()}.png`), fullPage: true });
}
await browser.close();

function pageOf(look: Look, folder: string): string {
  const { name, style } = look;
  const own = exchanges.filter((one) => one.platform === name);
  // The last of each: by then every venue has answered.
  const chosen = shown.flatMap((wanted) => own.findLast(({ said }) => wanted.test(said)) ?? []);
  const common = `body{margin:0;padding:12px 16px;font:14px/1.4 Inter,system-ui,sans-serif}p{margin:4px 0;white-space:pre-wrap}
    img{width:100%;border-radius:8px}.name{font-weight:600}.row{display:flex;gap:6px;margin-top:6px}
    button{border:0;border-radius:4px;padding:6px 12px;font:inherit}.said{width:fit-content;margin-bottom:8px}
    .bot{margin-bottom:16px;max-width:600px}h1{font-size:12px;font-weight:500;opacity:.8;margin:0 0 12px}`;
  const title = `${name}: recorded by our emulator of it, on made-up prices`;
  return `<style>${common}${style}</style><h1>${title}</h1>${chosen.map((one) => exchangeOf(one, look, folder)).join('')}`;
}

function exchangeOf({ said, text, picture, buttons }: Exchange, look: Look, folder: string): string {
  const typed = /`([^`]+)`/.exec(said)?.[1] ?? said;
  const data = picture && readFileSync(join(folder, picture)).toString('base64');
  const image = data ? `<img src="data:image/png;base64,${data}">` : '';
  const words = `<p>${escaped(text)}</p>`;
  const rows = buttons.map((row) => `<div class="row">${elements(row, 'button')}</div>`);
  return `<div class="said"><span class="name">${look.asker}</span><p>${escaped(typed)}</p></div>
    <div class="bot"><span class="name">Liqmap</span>
    ${look.wordsFirst ? words + image : image + words}${rows.join('')}</div>`;
}

/** What the transcript holds, in its order. */
function exchangesOf(transcript: string): readonly Exchange[] {
  return transcript.split(/^\*\*/m).flatMap((part) => {
    const [, platform, said] = /^(\w+): ([^\n]*)\*\*$/m.exec(part) ?? [];
    const text = /```text\n([\s\S]*?)\n```/.exec(part)?.[1];
    if (platform === undefined || said === undefined || text === undefined) return [];
    const picture = /!\[[^\]]*\]\(([^)]+)\)/.exec(part)?.[1];
    const rows = /^Buttons: (.*)$/m.exec(part)?.[1]?.split(' / ') ?? [];
    const buttons = rows.map((row) => [...row.matchAll(/\[([^\]]*)\]/g)].map(([, label]) => label!));
    // Discord escapes what would be markup.
    const plain = text.replace(/\\([\\`*_~|<[\]#>+.-])/g, '$1');
    return [{ platform, said, text: plain, ...(picture !== undefined && { picture }), buttons }];
  });
}
