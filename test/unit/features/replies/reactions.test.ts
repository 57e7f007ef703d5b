import { describe, expect, it } from 'vitest';
import { isMediaReaction, isReaction } from '../../../../src/features/replies/reading/reactions.ts';

const reactions = [
  'Liked ',
  'LIKED: ',
  'You liked ：\n',
  'Laughed   at',
  'Loved an image',
  'Liked ❤️ ',
  'Liked 👍 an image',
  'Liked👍an image',
  'Removed a heart from ',
  'Removed 👍 from ',
  'Reacted with 😂😂 to ',
  '👍 to ',
  '❤️ to ',
  'Le gustó ',
  '赞了 ',
  ' Нравится: ',
];
const bareEmojis = ['👍', '👍🏽: ', ' ❤️ 🙂 ', 'Ⓜ️'];
const ownWords = ['I said ', 'it says ', 'liked: by ', 'to ', '👍 I said ', 'la la la ', '', ' : '];

describe('a reaction', () => {
  it('begins with a word or an emoji, and a word that leads to its subject', () =>
    expect([...reactions, ...bareEmojis].filter((before) => !isReaction(before))).toEqual([]));

  it('does not begin with words of a person', () =>
    expect(ownWords.filter((before) => isReaction(before))).toEqual([]));

  it('may quote nothing but a picture', () => {
    const pictures = [
      'Liked an image',
      'Liked  an image.',
      'Loved a photo! :',
      'Le encantó un video',
    ];
    expect(pictures.filter((text) => !isMediaReaction(text))).toEqual([]);
    const words = ['Loved Dr. Lee!', 'Liked an image. Stop', 'Liked :an image', 'Liked! an image'];
    expect(words.filter((text) => isMediaReaction(text))).toEqual([]);
  });
});
