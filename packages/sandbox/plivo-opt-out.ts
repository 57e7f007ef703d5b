import { BoundedMap } from './bounded-map.ts';
import { digitsOf } from './addresses.ts';
import { limits } from './limits.ts';

/**
 * Plivo's own opt-out handling (https://docs.plivo.com/docs/messaging/concepts/dnd-service): on by default for long
 * numbers in the US and Canada, for a text that is nothing but the word. The message reaches the account's webhook
 * nonetheless, with `MessageIntent`. These words are the sandbox's own, so that a wrong word in the service shows.
 */
const wordsOf = {
  optout: ['stop', 'stopall', 'stop all', 'end', 'quit', 'cancel', 'unsub', 'unsubscribe'],
  optin: ['start', 'unstop', 'yes', 'resume', 'go'],
  help: ['help', 'info'],
} as const;

export const messageIntents = ['optout', 'optin', 'help'] as const;
export type MessageIntent = (typeof messageIntents)[number];

const answers = {
  optout:
    'You have been unsubscribed and will not receive any more messages from this number. Reply START to subscribe again.',
  optin: 'You have been subscribed again and will receive messages from this number.',
  help: 'Text STOP to stop receiving messages from this number. Message and data rates may apply.',
} as const;

export class PlivoOptOuts {
  readonly #blocked = new BoundedMap<string, true>(limits.records);

  isBlocked(sender: string, person: string): boolean {
    return this.#blocked.get(pair(sender, person)) === true;
  }

  /** Undefined: Plivo leaves `MessageIntent` blank. */
  intentOf(person: string, sender: string, text: string): MessageIntent | undefined {
    const isLongNumber = digitsOf(sender).length > 6;
    if (!person.startsWith('+1') || !isLongNumber) return undefined;
    const word = text.trim().toLowerCase();
    return messageIntents.find((intent) => wordsOf[intent].some((known) => known === word));
  }

  /** Blocks and frees the number. Returns Plivo's own answer, if any. */
  obey(person: string, sender: string, intent: MessageIntent): string | undefined {
    const wasBlocked = this.isBlocked(sender, person);
    switch (intent) {
      case 'optout':
        this.#blocked.set(pair(sender, person), true);
        return wasBlocked ? undefined : answers.optout;
      case 'optin':
        this.#blocked.delete(pair(sender, person));
        return wasBlocked ? answers.optin : undefined;
      case 'help':
        return answers.help;
    }
  }
}

function pair(sender: string, person: string): string {
  return `${digitsOf(sender)}>${digitsOf(person)}`;
}
