import type { Locale } from '../core/locale.ts';
import type { MessageKind } from '../core/message/message.ts';
import { hasPart, type ConsentMethod } from '../core/method.ts';
import { english } from './default-en.ts';
import { spanish } from './default-es.ts';
import type { Template, TemplateBody, TemplateKey } from './template.ts';

/** The words that are shipped, for practices that have none of their own. */

export type Defaults = {
  version: string;
  opt_in: Record<ConsentMethod, TemplateBody>;
  /** Put behind a practice’s own opt-in SMS that forgot the code of a shared number. */
  codeHint: (code: string) => string;
} & Record<MessageKind, Required<Pick<TemplateBody, 'subject' | 'text'>>>;

const shipped: Record<Locale, Defaults> = { en: english, es: spanish };

/** `key`'s name has a template for its method (`methodsOf`). */
export function defaultTemplate(key: TemplateKey): Template {
  const words = shipped[key.locale];
  return { ...key, version: words.version, body: bodyOf(words, key) };
}

/** A message has the same words on every method, but for a subject where the method has none. */
function bodyOf(words: Defaults, { name, method }: TemplateKey): TemplateBody {
  if (name === 'opt_in') return words.opt_in[method as ConsentMethod];
  return hasPart(method, 'subject') ? words[name] : { text: words[name].text };
}

export function codeHint(locale: Locale, code: string): string {
  return shipped[locale].codeHint(code);
}
