import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Scripts for the page are text: none of what a browser has is known here. */
const tellOfPolicy = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI))`;

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where a Chromium is on PATH; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

/** A browser, and every page's complaints. */
export class Browsing {
  readonly #browser: Browser;
  /** Errors on consoles, blocked by the policy or not, and requests to anybody but the service. */
  readonly complaints: string[] = [];
  readonly #shots = process.env['LIQMAP_SCREENSHOTS'];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async open(executablePath: string): Promise<Browsing> {
    // In a container Chromium runs as root, which its sandbox refuses.
    return new Browsing(
      await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] }),
    );
  }

  async visit(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1200, height: 900 }, ...options });
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`));
    page.on('request', (request) => {
      const asked = new URL(request.url());
      if (asked.protocol.startsWith('http') && asked.origin !== new URL(url).origin)
        this.complaints.push(`asks ${asked.origin}`);
    });
    await page.addInitScript({ content: tellOfPolicy });
    await page.goto(url);
    return page;
  }

  /** Keeps a picture of the page where somebody wants to look at it. */
  async shoot(page: Page, name: string): Promise<void> {
    if (this.#shots === undefined) return;
    mkdirSync(this.#shots, { recursive: true });
    await page.screenshot({ path: join(this.#shots, `${name}.png`), fullPage: true });
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not here.
    return false;
  }
}
