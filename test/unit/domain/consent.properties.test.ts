import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { transition } from '../../../src/core/consent/consent.ts';
import type { ConsentState } from '../../../src/core/consent/consent-state.ts';
import {
  channelsToAsk,
  kindDeclined,
  laneGate,
  type LaneGate,
  lightOf,
  type Practice,
} from '../../../src/core/consent/gate.ts';
import { messageKinds } from '../../../src/core/message/message.ts';
import type { ConsentMethod } from '../../../src/core/method.ts';
import { consentMethods, methods } from '../../../src/core/method.ts';
import { life, live, practice, runs, type Step } from './generated-lives.ts';

/** The consent rules in generated lives: a model of a few lines says what must hold, independent of the rules. */

function property(check: (steps: Step[], settings: Practice) => void): void {
  fc.assert(
    fc.property(life, practice, (drafts, settings) => check(live(drafts), settings)),
    runs,
  );
}

const isPracticeOff = (gate: LaneGate): boolean => !gate.open && gate.waitingFor === 'practice_off';

/** Nobody waits for this channel: it said yes and took nothing back, or staff waived it. */
const agreed = ({ channels }: ConsentState, m: ConsentMethod): boolean =>
  channels[m].state === 'waived' || (channels[m].state === 'accepted' && !channels[m].doubt);

describe('consent, in generated lives', () => {
  it('lets content out only on a channel whose last word, about its present address, was yes', () => {
    property((steps, settings) => {
      const on: Practice = {
        senderMissing: [],
        settings: { ...settings.settings, messagingEnabled: true, optInEnabled: true },
      };
      const yes: Record<ConsentMethod, boolean> = { email: false, sms: false };
      for (const { event, before, after } of steps) {
        for (const m of consentMethods) {
          if (after.channels[m].epoch !== before.channels[m].epoch) yes[m] = false;
          if (!('method' in event) || event.method !== m) continue;
          const current = !('epoch' in event) || event.epoch === before.channels[m].epoch;
          if (event.type === 'accepted' && current)
            yes[m] ||= after.channels[m].state === 'accepted';
          const elsewhere = event.type === 'consented_elsewhere' || event.type === 'booked';
          if (elsewhere && event.address === after.channels[m].address)
            yes[m] ||= after.channels[m].state === 'accepted';
          if (['revoked', 'unreachable', 'waived'].includes(event.type)) yes[m] = false;
          if (event.type === 'declined' && current) yes[m] = false;
        }
        for (const m of consentMethods) if (laneGate(after, m, on).open) expect(yes[m]).toBe(true);
      }
    });
  });

  it('holds everything until all assigned channels agreed, and after that each channel alone', () => {
    property((steps) => {
      const all: Practice = {
        senderMissing: [],
        settings: {
          messagingEnabled: true,
          optInEnabled: true,
          gate: 'all',
          onRevoke: 'channel',
          smsConsentVia: 'sms',
        },
      };
      let opened = false;
      for (const { after } of steps) {
        const assigned = consentMethods.filter((m) => after.channels[m].assigned);
        opened ||=
          assigned.every((m) => agreed(after, m)) &&
          assigned.some((m) => after.channels[m].state === 'accepted');
        for (const m of assigned) {
          const { open } = laneGate(after, m, all);
          expect(open).toBe(opened && agreed(after, m) && after.channels[m].state === 'accepted');
        }
      }
    });
  });

  it('lets nothing out of a practice that is switched off, suspended or paused, and asks nobody for it', () => {
    property((steps, settings) => {
      const muted =
        !settings.settings.messagingEnabled ||
        settings.suspendedReason !== undefined ||
        settings.pausedReason !== undefined;
      const wrong = steps.filter(
        ({ after }) =>
          methods.some((m) => isPracticeOff(laneGate(after, m, settings)) !== muted) ||
          (muted && channelsToAsk(after, settings).length > 0),
      );
      expect(wrong).toEqual([]);
    });
  });

  it('with onRevoke `contact` lets nothing out on any channel once one of them was stopped', () => {
    property((steps, { settings }) => {
      const strict: Practice = {
        senderMissing: [],
        settings: { ...settings, messagingEnabled: true, onRevoke: 'contact' },
      };
      for (const { after } of steps) {
        const stopped = consentMethods.some(
          (m) => after.channels[m].assigned && after.channels[m].state === 'revoked',
        );
        if (!stopped) continue;
        for (const m of consentMethods) expect(laneGate(after, m, strict).open).toBe(false);
      }
    });
  });

  it('counts a booking as a yes only from the contact itself, at an address that nothing bars', () => {
    property((steps) => {
      for (const { event, before, after } of steps) {
        if (event.type !== 'booked') continue;
        const was = before.channels[event.method];
        const counts =
          event.identified &&
          !event.barred &&
          was.state !== 'revoked' &&
          !was.doubt &&
          was.address === event.address;
        if (!counts) expect(after).toBe(before);
        else
          expect(after.channels[event.method]).toMatchObject({
            state: 'accepted',
            consentId: event.consentId,
          });
      }
    });
  });

  it('keeps a stop until the person, or a consent obtained after it, lifts it', () => {
    property((steps) => {
      for (const { event, before, after } of steps)
        for (const m of consentMethods) {
          const [was, is] = [before.channels[m], after.channels[m]];
          if (was.state !== 'revoked' || is.state === 'revoked') continue;
          const lifts =
            ('method' in event &&
              event.method === m &&
              ['consented_elsewhere', 'restarted', 'waived'].includes(event.type)) ||
            (event.type === 'assigned' && was.address !== is.address);
          expect(lifts).toBe(true);
          if (event.type === 'consented_elsewhere' && was.revokedAt)
            expect(event.obtainedAt > was.revokedAt).toBe(true);
        }
    });
  });

  it('changes nothing for an event about an epoch that has passed', () => {
    property((steps) => {
      for (const { event, before, after } of steps)
        if ('epoch' in event && event.epoch !== before.channels[event.method].epoch)
          expect(after).toBe(before);
    });
  });

  it('starts a new epoch exactly when the address changes or the person starts again', () => {
    property((steps) => {
      for (const { event, before, after } of steps)
        for (const m of consentMethods) {
          const [was, is] = [before.channels[m], after.channels[m]];
          const restarted =
            event.type === 'restarted' &&
            event.method === m &&
            was.address !== undefined &&
            (was.state === 'revoked' || (event.reached === true && was.state === 'failed'));
          const grows = was.address !== is.address || restarted ? 1 : 0;
          // Asked only where it is wrong: a million times `expect` takes seconds.
          if (is.epoch !== was.epoch + grows) expect(is.epoch).toBe(was.epoch + grows);
        }
    });
  });

  it('asks only where nobody was asked in this epoch, and never on a stopped channel', () => {
    property((steps, settings) => {
      for (const { after } of steps)
        for (const m of channelsToAsk(after, settings)) {
          expect(after.channels[m]).toMatchObject({ state: 'not_sent', assigned: true });
          expect(after.channels[m].address).toBeDefined();
        }
    });
  });

  it('keeps declined kinds until the person chooses again, and opens or closes nothing by them', () => {
    property((steps) => {
      for (const { event, before, after } of steps) {
        if (event.type !== 'kinds_chosen') {
          if (after.declinedKinds !== before.declinedKinds)
            expect(after.declinedKinds).toBe(before.declinedKinds);
          continue;
        }
        const declined = messageKinds.filter((kind) => kindDeclined(after, kind));
        expect(declined.join()).toBe(
          messageKinds.filter((kind) => event.declined.includes(kind)).join(),
        );
        expect(kindDeclined(after, null)).toBe(false);
        expect(after).toEqual({ ...before, declinedKinds: after.declinedKinds });
      }
    });
  });

  it('is green exactly when no assigned channel holds anybody up', () => {
    property((steps) => {
      const on: Practice = {
        senderMissing: [],
        settings: {
          messagingEnabled: true,
          optInEnabled: true,
          gate: 'all',
          onRevoke: 'channel',
          smsConsentVia: 'sms',
        },
      };
      for (const { after } of steps) {
        const assigned = consentMethods.filter((m) => after.channels[m].assigned);
        const green =
          after.registered &&
          assigned.length + Number(after.fax.assigned) > 0 &&
          assigned.every((m) => agreed(after, m));
        const { light, reason } = lightOf(after, on);
        const told = light === (green ? 'green' : 'red') && (green || Boolean(reason));
        if (!told) expect({ light, reason }).toEqual({ light: green ? 'green' : 'red' });
      }
    });
  });

  it('changes nothing more when the same event comes twice', () => {
    property((steps) => {
      for (const { event, after } of steps) {
        const again = transition(after, event).state;
        if (again !== after) expect(again).toEqual(after);
      }
    });
  });
});
