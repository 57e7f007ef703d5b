import { expect, it } from 'vitest';
import { nothingAllotted } from '../../../src/core/allotment.ts';
import { defaultSettings } from '../../../src/core/settings.ts';
import { settingsPage } from '../../../src/console/views/settings.tsx';

const frame = {
  csrf: 'token',
  staff: 'Dr. Núñez',
  practice: 'Bright Smile',
  replies: { open: 0, doubtful: 0 },
  senderMissing: [],
};
const page = (sender: object): string =>
  settingsPage({
    frame,
    settings: { ...defaultSettings, sender, sendersAllotted: nothingAllotted },
    shown: {},
  });

it('shows a postal address of several lines on one, because a browser would join the words', () => {
  const html = page({ postalAddress: '7 Bright Way\nSpringfield, IL' });
  expect(html).toContain('value="7 Bright Way Springfield, IL"');
});

it('says which name an empty name stands for, before everything else that can be set', () => {
  const html = page({});
  expect(html).toContain('Empty: Bright Smile.');
  expect(page({ displayName: 'Bright' })).not.toContain('Empty: Bright');
  expect(html.indexOf('Who sends')).toBeLessThan(html.indexOf('What is sent at all'));
});
