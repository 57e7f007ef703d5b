import { answerOn } from '../../packages/demo/page-answer.ts';

/** A person's browser, without scripts: it shows a page and sends the forms that stand on it. */

export type Shown = { status: number; html: string; headers: Headers };

export async function open(url: string, init: RequestInit = {}): Promise<Shown> {
  const response = await fetch(url, init);
  return { status: response.status, html: await response.text(), headers: response.headers };
}

/** All that the page's forms would carry, boxes unticked. */
export function fieldsOf(html: string): Record<string, string> {
  const inputs = [...html.matchAll(/<input ([^>]*)>/g)].map(([, attributes]) => attributes!);
  return Object.fromEntries(
    inputs
      .filter((attributes) => attributes.includes('type="hidden"'))
      .map((attributes) => [
        /name="([^"]*)"/.exec(attributes)![1]!,
        /value="([^"]*)"/.exec(attributes)![1]!,
      ]),
  );
}

/** Fills in and sends. Without `carried`, as a program that never saw the page would. */
export async function submit(
  url: string,
  fields: Record<string, string>,
  carried: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Shown> {
  const body = new URLSearchParams({ ...carried, ...fields });
  return open(url, { method: 'POST', headers, body });
}

/** A person's answer: opens the page, ticks the box that goes with a yes, fills in the rest, and presses. */
export async function answer(
  link: string,
  decision: 'accept' | 'decline',
  fields: Record<string, string> = {},
): Promise<Shown> {
  const { html } = await open(link);
  return submit(link, fields, answerOn(html, decision));
}

/** What a reader of the page reads. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<style>[\s\S]*?<\/style>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
