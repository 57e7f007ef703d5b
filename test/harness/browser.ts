import { mkdirSync } from 'node:fs';
import axe from 'axe-core';
import chromium from '@sparticuz/chromium';
import { chromium as browsers, type Browser, type Page } from 'playwright-core';

/** The browser that comes with npm on Linux; undefined: elsewhere it is the Chrome that is installed. */
export async function browserPath(): Promise<string | undefined> {
  const comes = process.platform === 'linux' && process.arch === 'x64';
  return comes ? chromium.executablePath() : undefined;
}

/** A real browser. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await browserPath();
  if (executablePath === undefined) return browsers.launch({ channel: 'chrome' });
  // In one process the browser would end with the first context that is closed.
  const args = chromium.args.filter((arg) => arg !== '--single-process');
  return browsers.launch({ executablePath, args, headless: true });
}

export type Violation = { id: string; impact: string; help: string; where: string[] };

/** What axe finds wrong with the page as it stands, by WCAG 2.2 AA and its best practices. */
export async function violationsOf(page: Page): Promise<Violation[]> {
  // Not as a script element: the pages' own policy allows none.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run();
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact: impact ?? 'minor',
      help,
      where: nodes.map(({ target }) => target.join(' ')),
    }));
  });
}

const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

/** With `SCREENSHOTS` set to a folder: the page at both sizes, for the documentation. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const before = page.viewportSize();
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: `${folder}/${name}-${size}.png`, fullPage: true });
  }
  if (before) await page.setViewportSize(before);
}
