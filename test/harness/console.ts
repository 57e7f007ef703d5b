import type { Page } from 'playwright-core';
import type { Stack } from './stack.ts';

/** Staff sign in to the console, in a real browser. */
export async function signInTo(page: Page, stack: Stack, key = stack.apiKey): Promise<void> {
  await page.goto(`${stack.url}/console`);
  await page.getByLabel('Your name').fill('Dr. Núñez');
  await page.getByLabel('The practice’s key').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Contacts', exact: true }).waitFor();
}
