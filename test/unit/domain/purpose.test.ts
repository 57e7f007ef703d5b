import { expect, it } from 'vitest';
import {
  judgedPurposes,
  purposeOf,
  purposes,
  purposesOf,
  urgentPurposes,
} from '../../../src/core/consent/purpose.ts';

it('lets every purpose leave in exactly one state of its lane', () => {
  const all = [...purposesOf('open'), ...purposesOf('asks'), ...purposesOf('any')];
  expect(all.toSorted()).toEqual([...purposes].toSorted());
});

it('lets only answers and codes leave a lane that is closed', () => {
  expect(purposesOf('any')).toEqual(['answer', 'code']);
});

it('knows no purpose but those of the list', () => {
  for (const purpose of ['survey', 'marketing', 'Content', '', 'opt-in'])
    expect(purposeOf({ purpose })).toBeUndefined();
  for (const purpose of purposes) expect(purposeOf({ purpose })).toBe(purpose);
});

it('hurries what a person waits for, and judges no practice by its codes', () => {
  expect(urgentPurposes).toEqual(['answer', 'code']);
  expect(judgedPurposes).not.toContain('code');
});
