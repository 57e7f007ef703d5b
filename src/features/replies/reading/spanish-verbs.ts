/** The forms of Spanish verbs in the lexicon: written without accents, with their pronouns glued on. */

/** Pronouns glued to an imperative, an infinitive or a gerund: "mandenle", "enviarlos". */
export const others = ['', 'le', 'les', 'lo', 'la', 'los', 'las', 'se', 'te'];
/** The same, in the first person: "quitenme", "mandarnoslos". */
export const oneself = ['me', 'nos', 'melo', 'melos', 'nme', 'noslo', 'noslos'];
/** Imperatives, the subjunctives after "no" and "que", infinitives and gerunds; no forms that merely narrate. */
export const commandEndings = {
  ar: ['e', 'en', 'es', 'a', 'ar', 'ando', 'ad', 'ara', 'aran'],
  ir: ['a', 'an', 'as', 'e', 'ir', 'iendo', 'i', 'iera', 'ieran'],
};
const toldEndings = [
  'o',
  'as',
  'an',
  'amos',
  'aron',
  'aste',
  'ado',
  'ada',
  'aba',
  'emos',
  'aran',
  'aria',
];

/** Forms of regular verbs, without accents. */
export function forms(
  stems: readonly string[],
  endings: readonly string[],
  glued: readonly string[],
): string {
  return stems
    .flatMap((stem) =>
      endings.flatMap((ending) => glued.map((pronoun) => `${stem}${ending}${pronoun}`)),
    )
    .join(' | ');
}

export function commands(conjugation: 'ar' | 'ir', ...stems: string[]): string {
  return forms(stems, commandEndings[conjugation], [...others, ...oneself]);
}

export function verbs(...stems: string[]): string {
  return `${commands('ar', ...stems)} | ${forms(stems, toldEndings, [''])}`;
}
