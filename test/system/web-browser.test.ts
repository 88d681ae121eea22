import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/jobs/process.ts';
import { Browsing, chromiumPath } from '../support/web/browser.ts';
import { WebStage } from '../support/web/stage.ts';

const chromium = chromiumPath();
const phone = { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true };

describe.skipIf(chromium === undefined)('in a browser (Chromium on PATH, else skipped)', () => {
  let stage: WebStage;
  let browsing: Browsing;
  const visit = (path: string, options = {}) => browsing.visit(`${stage.url}${path}`, options);

  beforeAll(async () => {
    [stage, browsing] = await Promise.all([
      WebStage.open({ symbols: ['ETH', 'BTC'] }),
      Browsing.open(chromium!),
    ]);
  }, 60_000);
  afterAll(async () => {
    await browsing?.close();
    await stage?.close();
  }, 30_000);
  afterEach(() => {
    expect(browsing.complaints.splice(0)).toEqual([]);
  });

  async function chat(options = {}): Promise<Page> {
    const page = await visit('/', options);
    await page.getByText('Type a coin').waitFor();
    return page;
  }

  /** The last message, once its picture stands there. */
  async function answer(page: Page) {
    const last = page.locator('article').last();
    await last.locator('img').waitFor();
    await holds(page, '[...document.images].every((image) => image.naturalWidth > 0)');
    return last;
  }

  it('the chat window answers a coin with picture, words and buttons, and a button changes them in place', async () => {
    const page = await chat();
    await page.getByRole('combobox').fill('eth');
    await page.getByRole('button', { name: 'Send' }).click();
    const shown = await answer(page);
    expect(await shown.locator('img').getAttribute('alt')).toContain('Liquidation map of ETH');
    expect(await shown.innerText()).toContain('opened in the last 7d');
    const count = await page.locator('article').count();
    await shown.getByRole('button', { name: '24h' }).click();
    await shown.getByText('opened in the last 24h').waitFor();
    expect(await page.locator('article').count()).toBe(count);
    await answer(page);
    await browsing.shoot(page, 'chat-wide-dark');
    await page.close();
  });

  it('the chat window is used by the keyboard alone, completes what is typed, and speaks', async () => {
    const page = await chat();
    await page.keyboard.type('/clu');
    await page.getByRole('option', { name: /clusters/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    const field = page.getByRole('combobox');
    const active = await field.getAttribute('aria-activedescendant');
    expect(await page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Enter');
    await page.keyboard.type('e');
    await page.getByRole('option', { name: 'ETH' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    expect(await field.inputValue()).toBe('/clusters ETH ');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    const said = page.locator('article').last();
    await said.getByText('ETH clusters').waitFor();
    // What comes into a log is read out; the field has a name, and the focus stays in it.
    expect(await page.getByRole('log', { name: 'Conversation' }).count()).toBe(1);
    expect(await page.getByRole('combobox', { name: 'A coin, or a command' }).count()).toBe(1);
    expect(await page.evaluate('document.activeElement.id')).toBe('text');

    await page.keyboard.press('Shift+Tab');
    const pressed = await page.evaluate('document.activeElement.textContent');
    expect(await said.getByRole('button').last().textContent()).toBe(pressed);
    await page.keyboard.press('Enter');
    await holds(page, "document.activeElement.closest('article') !== null");
    await page.close();
  });

  it('the chat window says what is wrong, and keeps what it showed', async () => {
    const page = await chat();
    await page.getByRole('combobox').fill('ethh');
    await page.keyboard.press('Enter');
    await page.getByText('Did you mean ETH').waitFor();
    await page.close();
  });

  it.each(['dark', 'light'] as const)(
    'the chat window fits a phone and follows its colours: %s',
    async (colorScheme) => {
      const page = await chat({ ...phone, colorScheme });
      await page.getByRole('button', { name: 'ETH map' }).tap();
      await answer(page);
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBe(390);
      expect(await brightness(page)).toBe(colorScheme);
      await browsing.shoot(page, `chat-phone-${colorScheme}`);
      await page.close();
    },
  );

  it('an alert comes into the chat window by itself, with its map', async () => {
    const page = await chat();
    for (const line of ['alerts on eth', 'alerts test']) {
      await page.getByRole('combobox').fill(line);
      await page.keyboard.press('Enter');
      await page.getByText(line, { exact: true }).waitFor();
      await page.locator('article[aria-busy]').waitFor({ state: 'detached' });
    }
    const alert = page.locator('article.alert').first();
    await alert.locator('img').waitFor();
    expect(await alert.getByRole('heading').textContent()).toMatch(/^Alert, 2026-01-31/);
    expect(await alert.getByRole('button', { name: 'Mute 4h' }).count()).toBe(1);
    await browsing.shoot(page, 'chat-alert');
    await page.close();
  });

  describe('the page of a map', () => {
    let path: string;
    beforeAll(async () => {
      path = (JSON.parse((await stage.say('eth')).body) as { page: string }).page;
    }, 30_000);

    async function drawn(options = {}, where = path): Promise<Page> {
      const page = await visit(where, options);
      await page.locator('body[data-drawn]').waitFor();
      await page.locator('#chart canvas').waitFor();
      return page;
    }

    it('tells of the bin under the pointer: price, distance, USD, band, leverage, venues', async () => {
      const page = await drawn();
      const chart = (await page.locator('#chart canvas').boundingBox())!;
      const tip = page.locator('#vg-tooltip-element.visible');
      await page.mouse.move(chart.x + chart.width * 0.4, chart.y + chart.height / 2);
      await tip.waitFor();
      const words = await tip.innerText();
      expect(words).toMatch(/Price\s+\$[\d,.]+ to \$[\d,.]+/);
      expect(words).toMatch(/Distance\s+-\d/);
      expect(words).toMatch(/Leverage\s+mean [\d.]+x: /);
      for (const name of ['Liquidated here', '80 % band', 'Venues', 'sim-alpha $', 'On the way there']) {
        expect(words).toContain(name);
      }
      await browsing.shoot(page, 'map-hover');
      await page.mouse.move(chart.x + chart.width * 0.7, chart.y + chart.height / 2);
      await page.getByText(/^\+\d/).first().waitFor();
      await page.close();
    });

    it('is walked through by the keyboard, and says where one is', async () => {
      const page = await drawn();
      const step = page.getByRole('slider', { name: /Walk through the levels/ });
      await step.focus();
      const before = await step.getAttribute('aria-valuetext');
      expect(before).toMatch(/of shorts$/);
      await page.keyboard.press('ArrowLeft');
      expect(await step.getAttribute('aria-valuetext')).toMatch(/of longs$/);
      await page.keyboard.press('Home');
      expect(await step.getAttribute('aria-valuetext')).toMatch(/, -\d+.*of longs$/);
      await page.close();
    });

    it.each(['dark', 'light'] as const)('fits a phone and follows its colours: %s', async (colorScheme) => {
      const page = await drawn({ ...phone, colorScheme });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await brightness(page)).toBe(colorScheme);
      expect(await chartGround(page)).toBe(colorScheme);
      await browsing.shoot(page, `map-phone-${colorScheme}`);
      await page.close();
    });

    it('is whole without scripts', async () => {
      const page = await visit(path, { javaScriptEnabled: false });
      expect(await page.getByRole('img').getAttribute('alt')).toContain('Liquidation map of ETH');
      expect(await page.getByRole('row').count()).toBeGreaterThan(1);
      await page.getByText('Not modelled').waitFor();
      await page.close();
    });

    it('changes by itself when it is a live one', async () => {
      const page = await drawn({}, '/live/eth');
      const before = await page.locator('body').getAttribute('data-drawn');
      stage.wait(2 * 60_000);
      await holds(page, `document.body.dataset.drawn !== '${before}'`);
      await browsing.shoot(page, 'live-dark');
      await page.close();
    });

    it('says that the connection is lost, and that it has grown old, and goes on when the service is back', async () => {
      const page = await drawn({}, '/live/eth');
      const lost = page.getByText('Connection lost; trying again.');
      const { port } = stage;
      await stage.close();
      await lost.waitFor();
      await page.clock.install();
      await page.clock.fastForward('10:00');
      await page.getByText('OLD:').waitFor();
      await browsing.shoot(page, 'live-lost');
      stage = await WebStage.open({ symbols: ['ETH', 'BTC'], httpPort: port });
      await holds(page, "document.querySelector('#link').textContent === ''");
      await page.close();
      // The browser itself tells of each attempt that failed.
      const own = browsing.complaints.splice(0);
      expect(
        own.filter((text) => !/ERR_(CONNECTION_REFUSED|INCOMPLETE|EMPTY|CONNECTION_RESET)/.test(text)),
      ).toEqual([]);
    });
  });
});

/** Waits for what a script says. Playwright's own way would need leave to make code from text, which no page of ours has. */
async function holds(page: Page, script: string): Promise<void> {
  await until(async () => (await page.evaluate(script)) === true, 30_000, script);
}

async function brightness(page: Page): Promise<string> {
  return shade(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
}

/** Of the chart's corner. */
async function chartGround(page: Page): Promise<string> {
  const script = "document.querySelector('#chart canvas').getContext('2d').getImageData(2, 2, 1, 1).data[0]";
  return shade(`${await page.evaluate(script)}`);
}

function shade(color: unknown): string {
  return Number(/\d+/.exec(`${color}`)?.[0]) < 128 ? 'dark' : 'light';
}
