import { describe, expect, it } from 'vitest';
import { isDespair } from '../../../../src/features/replies/reading/emergency.ts';
import { tag } from '../../../../src/features/replies/reading/tag.ts';
import { sentencesOf } from '../../../../src/features/replies/reading/words.ts';

const despairs = (text: string): boolean => isDespair(sentencesOf(text).map(tag));

describe('a wish to die', () => {
  it('counts in any sentence', () => {
    for (const text of ['I want to die', 'Hello there. I want to die. The door is blue.'])
      expect(despairs(text), `in ${text}`).toBe(true);
  });

  it('is none where the texts are spoken of', () => {
    for (const text of ['The door is blue', 'These texts. I want to die', 'I want to die of texts'])
      expect(despairs(text), `in ${text}`).toBe(false);
  });
});
