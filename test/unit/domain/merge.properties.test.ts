import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeConsent } from '../../../src/core/consent/consent-merge.ts';
import { transition } from '../../../src/core/consent/consent.ts';
import { newConsentState, type ConsentState } from '../../../src/core/consent/consent-state.ts';
import { messageKinds } from '../../../src/core/message/message.ts';
import { consentMethods } from '../../../src/core/method.ts';
import { contact, now } from './example-consent.ts';
import { life, live, runs } from './generated-lives.ts';

const lived = life.map((drafts) => live(drafts).at(-1)?.after ?? newConsentState());

function pairs(check: (staying: ConsentState, joining: ConsentState) => void): void {
  fc.assert(fc.property(lived, lived, check), runs);
}

it('two records of one person: a yes stands only where nobody with the same address said otherwise', () => {
  pairs((staying, joining) => {
    const merged = mergeConsent(staying, joining);
    for (const method of consentMethods) {
      const own = staying.channels[method];
      const other = joining.channels[method];
      const same = own.address !== undefined && own.address === other.address;
      const both = own.state === 'accepted' && other.state === 'accepted';
      const { state } = merged.channels[method];
      if (state === 'accepted') expect(same ? both : own.state === 'accepted').toBe(true);
      if (same && [own.state, other.state].includes('revoked')) expect(state).toBe('revoked');
    }
  });
});

it('two records of one person: addresses and methods of the one that stays are kept, and so is what only it has', () => {
  pairs((staying, joining) => {
    const merged = mergeConsent(staying, joining);
    for (const method of consentMethods) {
      const own = staying.channels[method];
      const { assigned, address, epoch } = merged.channels[method];
      expect({ assigned, address }).toEqual({ assigned: own.assigned, address: own.address });
      if (own.address === undefined || joining.channels[method].address !== own.address)
        expect(merged.channels[method]).toBe(own);
      else expect([own.epoch, own.epoch + 1]).toContain(epoch);
    }
  });
});

it('two records of one person: what either did not want is not wanted, and nothing else', () => {
  pairs((staying, joining) => {
    const { declinedKinds } = mergeConsent(staying, joining);
    const either = [...staying.declinedKinds, ...joining.declinedKinds];
    for (const kind of messageKinds)
      expect(declinedKinds.includes(kind)).toBe(either.includes(kind));
  });
});

it('two records of one person: links of a yes that no longer counts are dead, and joining again changes nothing', () => {
  pairs((staying, joining) => {
    const at = new Date(1_800_000_000_000);
    const { state, effects } = transition(staying, { type: 'merged', at, joining });
    for (const method of consentMethods) {
      const changed = state.channels[method] !== staying.channels[method];
      expect(effects.some((e) => e.type === 'close_requests' && e.method === method)).toBe(changed);
      if (!changed) continue;
      const late = { type: 'accepted', at, method, consentId: 'late' } as const;
      const epoch = staying.channels[method].epoch;
      expect(transition(state, { ...late, epoch }).outcome).toBe('stale_epoch');
    }
    expect(mergeConsent(state, joining).channels).toEqual(state.channels);
  });
});

it('two records of one person, both stopped: the stop counts that no page takes back', () => {
  const stopped = (reason: string): ConsentState =>
    contact({ sms: { state: 'revoked', reason, revokedAt: now } });
  const [page, staff] = [stopped('on the preferences page'), stopped('by staff')];
  for (const [staying, joining] of [
    [page, staff],
    [staff, page],
  ] as const)
    expect(mergeConsent(staying, joining).channels.sms.reason).toBe('by staff');
  expect(mergeConsent(page, page)).toEqual(page);
});
