import { escapeHtml } from '../../core/html-text.ts';
import type { Locale } from '../../core/locale.ts';
import { paragraphsOf } from '../../core/paragraphs.ts';

/** The shape of an opt-in's full text: paragraphs, one of which holds the link to the page where it is answered. */

/** Readers on the page need no link to it. */
export function withoutLink(text: string, link: string): string {
  return paragraphsOf(text)
    .filter((paragraph) => !paragraph.includes(link))
    .join('\n\n');
}

const words: Record<Locale, { yes: string; no: string; copy: string }> = {
  en: { yes: 'Yes', no: 'No', copy: 'Both open the page where you answer:' },
  es: { yes: 'Sí', no: 'No', copy: 'Los dos abren la página donde usted responde:' },
};

/** Readable on light and dark alike: nothing but the button has a colour of its own. */
const page =
  'margin:0 auto;padding:24px 16px;max-width:36em;font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:17px;line-height:1.5';
const button =
  'display:inline-block;min-width:5em;margin:0 12px 12px 0;padding:14px 24px;border:2px solid #0b5cad;border-radius:8px;text-align:center;text-decoration:none;font-weight:bold';
const filled = `${button};background-color:#0b5cad;color:#ffffff`;
const outlined = `${button};color:inherit`;
const small = 'font-size:14px;word-break:break-all';

/**
 * The email's HTML, made from its text: both read the same, so that one is evidence of both. The link becomes two
 * buttons, and is spelled out below them. Both open the page, at its yes or at its no; only a press there is an answer,
 * because mail scanners follow every link.
 */
export function optInHtml(locale: Locale, text: string, link: string): string {
  const { yes, no, copy } = words[locale];
  const url = escapeHtml(link);
  const paragraph = (inner: string): string =>
    inner === '' ? '' : `<p>${escapeHtml(inner).replaceAll('\n', '<br>')}</p>`;
  const lines = paragraphsOf(text).flatMap((part) =>
    part.includes(link)
      ? [
          paragraph(part.replaceAll(link, ' ').trim()),
          `<p><a href="${url}#yes" style="${filled}">${yes}</a> <a href="${url}#no" style="${outlined}">${no}</a></p>`,
          `<p style="${small}">${copy} ${url}</p>`,
        ]
      : [paragraph(part)],
  );
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"></head><body style="${page}">`,
    ...lines,
    '</body></html>',
  ].join('\n');
}
