import type { Locale } from '../core/locale.ts';
import { messageKinds, type MessageKind } from '../core/message/message.ts';
import { consentMethods, methods, type Method } from '../core/method.ts';

/** The words of a message, apart from its receiver: a practice may put its own in place of the shipped ones. */

export const templateNames = ['opt_in', ...messageKinds] as const;
export type TemplateName = 'opt_in' | MessageKind;

export type TemplateKey = { name: TemplateName; method: Method; locale: Locale };

/** Liquid in each field. `subject`: email and fax; `html`: only in emails with content. */
export type TemplateBody = { subject?: string; text: string; html?: string };

export type Template = TemplateKey & {
  /** `v3`: the third save; `default-3`: the shipped words, counted up when a word of them changes. */
  version: string;
  body: TemplateBody;
};

/** The ledger's name for the words that were shown. */
export function versionLabel({ name, method, locale, version }: Template): string {
  return [name, method, locale, version].join('/');
}

/** A fax needs no opt-in. */
export function methodsOf(name: TemplateName): readonly Method[] {
  return name === 'opt_in' ? consentMethods : methods;
}

/** The only values an opt-in may hold: before the yes even a first name is too much. */
export const optInVariables = [
  'practice',
  'link',
  'supportPhone',
  'postalAddress',
  'code',
  'emailToo',
  'linkOnly',
  'byEmail',
  'byText',
  'booking',
] as const;

/** Variables that every message template has; all others come as `data`. */
export const practiceVariables = ['practice', 'supportPhone', 'postalAddress'] as const;
