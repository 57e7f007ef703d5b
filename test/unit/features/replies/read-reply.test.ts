import { expect, it } from 'vitest';
import { readReply } from '../../../../src/features/replies/read-reply.ts';
import { verdictKinds } from '../../../../src/features/replies/verdict.ts';

it('takes a stop that the provider itself has understood, whatever the words are', () => {
  expect(readReply({ text: 'ARRET', intent: 'optout' })).toMatchObject({ kind: 'stop' });
});

it.each(['', '   ', '\u0000', '👍', 'x'.repeat(50_000)])('reads %j without throwing', (text) => {
  expect(verdictKinds).toContain(readReply({ text }).kind);
});
