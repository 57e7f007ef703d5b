import { BoundedMap } from './bounded-map.ts';
import { hasPlivoOptOut, stoppedByPlivo } from '../providers/plivo-opt-out.ts';
import { digitsOf } from './addresses.ts';
import { limits } from './limits.ts';

/** What Plivo does about its opt-out words. The message reaches the account's webhook nonetheless. */
const startWords = ['START', 'UNSTOP', 'YES', 'RESUME', 'GO'];
const helpWords = ['HELP', 'INFO'];

export class PlivoOptOuts {
  readonly #blocked = new BoundedMap<string, true>(limits.records);

  isBlocked(sender: string, person: string): boolean {
    return this.#blocked.get(pair(sender, person)) === true;
  }

  /** Takes note of what a person sent. Returns what Plivo answers by itself, if anything. */
  hear(person: string, sender: string, text: string): string | undefined {
    if (!hasPlivoOptOut(person, sender)) return undefined;
    const word = text.trim().toUpperCase();
    const blocked = this.isBlocked(sender, person);
    if (stoppedByPlivo({ from: person, to: sender, text })) {
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
