import { escapeHtml } from '../../core/html-text.ts';
import type { Locale } from '../../core/locale.ts';
import type { MethodContent } from '../../core/message/message.ts';

/** The footer of every email with content: its sender, a link to the preferences, and one to stop. */

export type Footer = {
  /** Name, postal address and phone of the practice, as far as known, a line each. */
  writer: readonly string[];
  /** Absent where the practice wants no such link (`emailFooter`). */
  preferences?: string;
  unsubscribe?: string;
};

const linkNames = ['preferences', 'unsubscribe'] as const;

/** The opt-in names the second one as the way to stop (default-en.ts, default-es.ts). */
const words: Record<Locale, Record<(typeof linkNames)[number], string>> = {
  en: { preferences: 'Choose what you get', unsubscribe: 'Stop these emails' },
  es: { preferences: 'Elija lo que recibe', unsubscribe: 'No quiero más correos' },
};

/**
 * As a signature (RFC 3676, 4.3), so that mail programs leave it out of quotations: the links are the person's alone.
 * The text above stays as the practice wrote it. In HTML the footer follows the end of the practice's own text.
 */
export function withFooter(content: MethodContent, locale: Locale, footer: Footer): MethodContent {
  const links = linkNames.flatMap((name) => {
    const link = footer[name];
    return link === undefined ? [] : [{ link, says: words[locale][name] }];
  });
  const lines = [...footer.writer, ...links.map(({ link, says }) => `${says}: ${link}`)];
  if (lines.length === 0) return content;
  const text = [`${content.text}\n`, '-- ', ...lines].join('\n');
  if (content.html === undefined) return { ...content, text };
  const anchors = links.map(({ link, says }) => `<a href="${link}">${says}</a>`).join(' · ');
  const parts = [...footer.writer.map(escapeHtml), ...(anchors === '' ? [] : [anchors])];
  const html = `<p lang="${locale}" style="font-size:0.9em;margin-top:2em">${parts.join('<br>')}</p>`;
  return { ...content, text, html: beforeEnd(content.html, html) };
}

function beforeEnd(html: string, part: string): string {
  const end = html.toLowerCase().lastIndexOf('</body');
  return end < 0 ? html + part : html.slice(0, end) + part + html.slice(end);
}
