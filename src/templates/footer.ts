import type { Locale } from '../domain/locale.ts';
import type { MethodContent } from '../domain/message.ts';

/** What stands below every email with content: where to choose what comes, and where to stop it. */

export type FooterLinks = { preferences: string; unsubscribe: string };

const words: Record<Locale, Record<keyof FooterLinks, string>> = {
  en: { preferences: 'Choose what you get', unsubscribe: 'Stop these emails' },
  es: { preferences: 'Elija lo que recibe', unsubscribe: 'No quiero más correos' },
};

/**
 * As a signature (RFC 3676, 4.3), so that mail programs leave it out of what a person quotes: the links are theirs alone.
 * In HTML it stands where the practice's own text ends.
 */
export function withFooter(
  content: MethodContent,
  locale: Locale,
  links: FooterLinks,
): MethodContent {
  const say = words[locale];
  const names = ['preferences', 'unsubscribe'] as const;
  const lines = names.map((name) => `${say[name]}: ${links[name]}`);
  const text = [`${content.text}\n`, '-- ', ...lines].join('\n');
  if (content.html === undefined) return { ...content, text };
  const anchors = names.map((name) => `<a href="${links[name]}">${say[name]}</a>`);
  const footer = `<p lang="${locale}" style="font-size:0.9em;margin-top:2em">${anchors.join(' · ')}</p>`;
  return { ...content, text, html: beforeEnd(content.html, footer) };
}

function beforeEnd(html: string, part: string): string {
  const end = html.toLowerCase().lastIndexOf('</body');
  return end < 0 ? html + part : html.slice(0, end) + part + html.slice(end);
}
