/**
 * What a person's SMS means. Carriers' words always count (47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out,
 * cancel, unsubscribe); a bare yes counts; everything else is for staff to read.
 */
export type ReplyMeaning =
  | { kind: 'yes'; code?: string }
  | { kind: 'no' }
  | { kind: 'stop'; keyword: string }
  | { kind: 'start' }
  | { kind: 'help' }
  | { kind: 'unclear' };

const stopWords = new Set([
  'stop',
  'stopall',
  'stop all',
  'quit',
  'end',
  'revoke',
  'opt out',
  'optout',
  'opt-out',
  'cancel',
  'unsubscribe',
  'unsubscribe me',
  'please stop',
  'stop please',
  'parar',
  'alto',
  'baja',
  'cancelar',
]);
const yesWords = new Set([
  'yes',
  'y',
  'si',
  'yes please',
  'si por favor',
  'yes i agree',
  'i agree',
]);
const noWords = new Set(['no', 'n', 'no thanks', 'no thank you', 'no gracias']);
const startWords = new Set(['start', 'unstop', 'start over', 'empezar', 'comenzar']);
const helpWords = new Set(['help', 'info', 'ayuda']);

export function meaningOf(text: string): ReplyMeaning {
  const words = normalise(text);
  if (stopWords.has(words)) return { kind: 'stop', keyword: words };
  const coded = /^(yes|y|si) (\d{4})$/.exec(words) ?? /^(\d{4}) (yes|y|si)$/.exec(words);
  if (coded) {
    const code = coded.find((part) => /^\d{4}$/.test(part));
    if (code !== undefined) return { kind: 'yes', code };
  }
  if (yesWords.has(words)) return { kind: 'yes' };
  if (noWords.has(words)) return { kind: 'no' };
  if (startWords.has(words)) return { kind: 'start' };
  if (helpWords.has(words)) return { kind: 'help' };
  return { kind: 'unclear' };
}

/** Lower case, no accents, no punctuation, single spaces: "Sí, por favor!" is "si por favor". */
function normalise(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, ' ')
    .trim();
}
