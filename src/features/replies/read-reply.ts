import { meaningOf } from '../../domain/reply.ts';
import type { ReceivedText, Verdict } from './verdict.ts';

/** What a reply means. Pure; never throws, whatever the text is. */
export function readReply({ text, intent }: ReceivedText): Verdict {
  if (intent === 'optout') return { kind: 'stop', rule: 'intent' };
  const { kind, locale, ...rest } = meaningOf(text);
  const common = { rule: 'words', ...(locale === undefined ? {} : { locale }) };
  if (kind === 'stop')
    return 'doubtful' in rest && rest.doubtful
      ? { ...common, kind: 'doubtful_stop', doubt: 'unsure' }
      : { ...common, kind };
  if (kind === 'yes' || kind === 'no')
    return { ...common, kind, ...('code' in rest && rest.code ? { code: rest.code } : {}) };
  return { ...common, kind };
}
