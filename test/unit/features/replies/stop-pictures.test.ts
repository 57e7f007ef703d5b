import { expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';

const ruleOf = (text: string): string => readReply({ text }).rule;

it('a picture that forbids holds, in any colour, alone or beside texts', () => {
  for (const text of ['✋🏽', '🙅‍♀️', '🚫🚫!', '👎', '🚫📱', 'texts ⛔️', '❌ mensajes', '🚫 text me'])
    expect(ruleOf(text), `of ${text}`).toBe('stop sign');
});

it('holds nothing beside another picture, in a question or with other words', () => {
  for (const text of ['👍', '📱', '👍👎', '❌?', '❌ tuesday', '✅ texts', '👎 parking', '👋🏼'])
    expect(ruleOf(text), `of ${text}`).not.toBe('stop sign');
});
