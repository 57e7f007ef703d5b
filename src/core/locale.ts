/** The languages in which Optgate speaks to people. */
export const locales = ['en', 'es'] as const;
export type Locale = (typeof locales)[number];

/** A contact's language: `es`, `es-MX` → `es`; unknown or none → `en`. */
export function localeOf(tag: string | null | undefined): Locale {
  const language = tag?.trim().slice(0, 2).toLowerCase();
  return locales.find((locale) => locale === language) ?? 'en';
}

export function isLocale(tag: unknown): tag is Locale {
  return locales.includes(tag as Locale);
}
