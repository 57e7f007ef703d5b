import { inboundIntents, type InboundSms } from '../../../core/inbound.ts';
import type { FormFields } from '../../webhook.ts';
import { text, wholeNumber, withPlus } from './fields.ts';
import { freedByWord, stoppedByWord } from './opt-out.ts';
import { keyOf } from '../../words.ts';

/**
 * A person's message to us, as Plivo hands it on (https://plivo.com/docs/messaging/api/message/handling-incoming). Call
 * these only with a form whose signature was verified.
 *
 * The words of an SMS are in `Text`, those of an MMS in `Body`: phones make an MMS of a long text, of one with a
 * subject and of an answer to a group, without any picture. Both are read, whatever `Type` says.
 */

/** Undefined when it is no message of a person to us. */
export function parsePlivoInbound(params: FormFields): InboundSms | undefined {
  const providerId = text(params.MessageUUID);
  const from = withPlus(text(params.From));
  const to = withPlus(text(params.To));
  if (providerId === '' || from === '' || to === '') return undefined;
  // Consent for texts is none for another network.
  if (text(params.Type).toLowerCase() === 'whatsapp') return undefined;
  const words = wordsOf(params);
  const mediaCount = mediaOf(params);
  const intent = keyOf(inboundIntents, text(params.MessageIntent));
  const isMms = mediaCount > 0 || params.Body !== undefined;
  const sms = { from, to, text: words };
  // Only for an SMS is it documented that Plivo reads the word.
  const isReadByWord = intent === undefined && !isMms;
  return {
    providerId,
    from,
    to,
    text: words,
    mediaCount,
    ...(intent === undefined ? {} : { intent }),
    // A second answer to a number that was blocked would not arrive; none at all would leave the person in doubt.
    stoppedByProvider: intent === 'optout' || (isReadByWord && stoppedByWord(sms)),
    freedByProvider: intent === 'optin' || (isReadByWord && freedByWord(sms)),
  };
}

/** Everything that was written, once. */
function wordsOf({ Text, Body }: FormFields): string {
  const written = [Text ?? [], Body ?? []].flat().filter((part) => part.trim() !== '');
  return [...new Set(written)].join('\n');
}

function mediaOf(params: FormFields): number {
  const listed = Object.keys(params).filter(
    (name) => /^Media\d{1,3}$/.test(name) && text(params[name]) !== '',
  );
  return Math.min(Math.max(listed.length, wholeNumber(params.MediaCount) ?? 0), mediaAtMost);
}

/** A larger number is the sender's error. */
const mediaAtMost = 100;
