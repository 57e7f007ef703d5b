/**
 * Plivo's own opt-out ("DND", https://docs.plivo.com/docs/messaging/concepts/dnd-service), on by default for numbers in
 * the US and Canada: a text that is nothing but one of these words blocks one sender for one person, and Plivo itself
 * answers it. REVOKE, OPT OUT and everything in a person's own words are ours to answer. Plivo answers HELP in general
 * words, without a name; we name the sender (CTIA), and Plivo's words can be changed in its campaign settings.
 */
const optOutWords = [
  'STOP',
  'STOPALL',
  'STOP ALL',
  'END',
  'QUIT',
  'CANCEL',
  'UNSUB',
  'UNSUBSCRIBE',
];

/** One of these lifts Plivo's block, and is answered by Plivo too. */
const optInWords = ['START', 'YES', 'UNSTOP', 'RESUME', 'GO'];

type Texted = { from: string; to: string; text: string };

/**
 * For webhooks without Plivo's own reading (`MessageIntent`). Case and space around the word do not matter, anything
 * else does.
 */
export function stoppedByWord(sms: Texted): boolean {
  return isPlivosWord(sms, optOutWords);
}

export function freedByWord(sms: Texted): boolean {
  return isPlivosWord(sms, optInWords);
}

function isPlivosWord({ from, to, text }: Texted, words: readonly string[]): boolean {
  return hasPlivoOptOut(from, to) && words.includes(text.trim().toUpperCase());
}

/** `person` in E.164. Short codes, and people elsewhere, manage their own list. */
function hasPlivoOptOut(person: string, sender: string): boolean {
  return person.startsWith('+1') && sender.replaceAll(/\D/g, '').length >= 7;
}
