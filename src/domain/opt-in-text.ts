import type { Locale } from './locale.ts';

/** The shape of an opt-in's full text: paragraphs, one of which holds the link to the page where it is answered. */

export function paragraphsOf(text: string): string[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '');
}

/** Who reads it on the page needs no link to the page. */
export function withoutLink(text: string, link: string): string {
  return paragraphsOf(text)
    .filter((paragraph) => !paragraph.includes(link))
    .join('\n\n');
}

const words: Record<Locale, { button: string; copy: string }> = {
  en: {
    button: 'Open the page to answer yes or no',
    copy: 'If the button does not work, copy this address:',
  },
  es: {
    button: 'Abrir la página para responder sí o no',
    copy: 'Si el botón no funciona, copie esta dirección:',
  },
};

/**
 * The email's HTML, made from its text: what is read in either is the same, so that one is evidence of both. The link
 * becomes a button, and is spelled out below it.
 */
export function optInHtml(locale: Locale, text: string, link: string): string {
  const { button, copy } = words[locale];
  const url = escapeHtml(link);
  const paragraph = (inner: string): string =>
    inner === '' ? '' : `<p>${escapeHtml(inner).replaceAll('\n', '<br>')}</p>`;
  const lines = paragraphsOf(text).flatMap((part) =>
    part.includes(link)
      ? [
          paragraph(part.replaceAll(link, ' ').trim()),
          `<p><a href="${url}" style="display:inline-block;padding:12px 20px;background:#0b5cad;color:#ffffff;text-decoration:none;border-radius:6px">${button}</a></p>`,
          `<p style="color:#444444">${copy} ${url}</p>`,
        ]
      : [paragraph(part)],
  );
  return [
    `<!doctype html><html lang="${locale}"><body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em">`,
    ...lines,
    '</body></html>',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
