import { describe, expect, it } from 'vitest';
import { withFooter } from '../../../src/templates/footer.ts';

const links = { preferences: 'https://x.example/p/abc', unsubscribe: 'https://x.example/u/def' };

describe('the footer of an email', () => {
  it('is a signature below the text, in the contact’s language', () => {
    expect(withFooter({ text: 'Hello' }, 'en', links)).toEqual({
      text: 'Hello\n\n-- \nChoose what you get: https://x.example/p/abc\nStop these emails: https://x.example/u/def',
    });
    expect(withFooter({ subject: 's', text: 'Hola' }, 'es', links)).toMatchObject({
      subject: 's',
      text: expect.stringMatching(/^Hola\n\n-- \nElija lo que recibe: /),
    });
  });

  it.each([
    ['<p>Hi</p>', ''],
    ['<html><body><p>Hi</p></body></html>', '</body></html>'],
    ['<BODY>about </body> as a word</BODY >', '</BODY >'],
  ])('stands where the HTML %s ends', (html, end) => {
    const said = withFooter({ text: 'Hi', html }, 'en', links).html!;
    const before = html.slice(0, html.length - end.length);
    expect(said.startsWith(`${before}<p lang="en"`)).toBe(true);
    expect(said.endsWith(`</p>${end}`)).toBe(true);
    for (const link of Object.values(links)) expect(said).toContain(`href="${link}"`);
  });
});
