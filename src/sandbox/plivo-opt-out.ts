import { BoundedMap } from './bounded-map.ts';
import { digitsOf } from './addresses.ts';
import { limits } from './limits.ts';

/**
 * Plivo's own opt-out ("DND", https://www.plivo.com/docs/messaging/concepts/dnd-service), on by default for
 * numbers in the US and Canada: a bare keyword blocks one sender for one person, and Plivo itself answers.
 * The message reaches the account's webhook nonetheless.
 */
const stopWords = ['STOP', 'STOPALL', 'STOP ALL', 'END', 'QUIT', 'CANCEL', 'UNSUB', 'UNSUBSCRIBE'];
const startWords = ['START', 'UNSTOP', 'YES', 'RESUME', 'GO'];
const helpWords = ['HELP', 'INFO'];

export class PlivoOptOuts {
  readonly #blocked = new BoundedMap<string, true>(limits.records);

  isBlocked(sender: string, person: string): boolean {
    return this.#blocked.get(pair(sender, person)) === true;
  }

  /** Takes note of what a person sent. Returns what Plivo answers by itself, if anything. */
  hear(person: string, sender: string, text: string): string | undefined {
    // Short codes manage their own list.
    if (!person.startsWith('+1') || digitsOf(sender).length < 7) return undefined;
    const word = text.trim().toUpperCase();
    const blocked = this.isBlocked(sender, person);
    if (stopWords.includes(word)) {
      this.#blocked.set(pair(sender, person), true);
      return blocked
        ? undefined
        : 'You have been unsubscribed and will not receive any more messages from this number. Reply START to subscribe again.';
    }
    if (startWords.includes(word) && blocked) {
      this.#blocked.delete(pair(sender, person));
      return 'You have been subscribed again and will receive messages from this number.';
    }
    if (helpWords.includes(word))
      return 'Text STOP to stop receiving messages from this number. Message and data rates may apply.';
    return undefined;
  }
}

function pair(sender: string, person: string): string {
  return `${digitsOf(sender)}>${digitsOf(person)}`;
}
