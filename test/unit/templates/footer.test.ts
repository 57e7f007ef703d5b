import { describe, expect, it } from 'vitest';
import { withFooter } from '../../../src/features/preferences/footer.ts';

const links = { preferences: 'https://x.example/p/abc', unsubscribe: 'https://x.example/u/def' };
const writer = ['Lee & Sons', '1 Main St'];

describe('the footer of an email', () => {
  it('is a signature below the text, in the contact’s language', () => {
    expect(withFooter({ text: 'Hello' }, 'en', { writer, ...links })).toEqual({
      text: 'Hello\n\n-- \nLee & Sons\n1 Main St\nChoose what you get: https://x.example/p/abc\nStop these emails: https://x.example/u/def',
    });
    expect(withFooter({ subject: 's', text: 'Hola' }, 'es', { writer, ...links })).toMatchObject({
      subject: 's',
      text: expect.stringMatching(/^Hola\n\n-- \nLee & Sons\n1 Main St\nElija lo que recibe: /),
    });
  });

  it.each([
    ['<p>Hi</p>', ''],
    ['<html><body><p>Hi</p></body></html>', '</body></html>'],
    ['<BODY>about </body> as a word</BODY >', '</BODY >'],
  ])('stands where the HTML %s ends', (html, end) => {
    const said = withFooter({ text: 'Hi', html }, 'en', { writer, ...links }).html!;
    const before = html.slice(0, html.length - end.length);
    expect(said.startsWith(`${before}<p lang="en"`)).toBe(true);
    expect(said.endsWith(`</p>${end}`)).toBe(true);
    expect(said).toContain('Lee &amp; Sons<br>1 Main St');
    for (const link of Object.values(links)) expect(said).toContain(`href="${link}"`);
  });

  it('names the sender and how to stop also where no link to the choices is wanted', () => {
    const { unsubscribe } = links;
    expect(withFooter({ text: 'Hello' }, 'en', { writer, unsubscribe }).text).toBe(
      'Hello\n\n-- \nLee & Sons\n1 Main St\nStop these emails: https://x.example/u/def',
    );
    expect(withFooter({ text: 'Hello' }, 'en', { writer: [] })).toEqual({ text: 'Hello' });
  });
});
