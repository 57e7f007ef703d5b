import type { FastifyInstance } from 'fastify';
import { renderSVG } from 'uqr';
import { foldedLine } from '../core/one-line.ts';
import { displayName, type Settings } from '../core/settings.ts';
import { healthPage } from './views/health.tsx';
import { posterPage } from './views/poster.tsx';
import type { Statistics } from './views/shapes.ts';
import { settingsPage } from './views/settings.tsx';
import type { AppContext } from '../signals/app-context.ts';
import { askFirst, cautionOf } from './caution.ts';
import { done, goTo, refused } from './notice.ts';
import { changedIn, shownIn } from './changes.ts';
import { isPressed, listOf, openDesk, sendHtml, staffOf, textOf, withoutNulls } from './desk.ts';
import { dispatchWorkflowUrl } from '../platform/temporal/ui-address.ts';

/** The practice as a whole: its settings, its health, and pages for the reception. */
export function registerPractice(app: FastifyInstance, { config }: AppContext): void {
  app.get('/console/settings', async (request, reply) => {
    const { frame, settings, typed } = await openDesk(request, reply);
    if (!frame.problem)
      return sendHtml(reply, settingsPage({ frame, settings, shown: shownOf(settings) }));
    // Shows the typed values, to be corrected.
    const wanted = settingsOf(typed);
    const again = { ...settings, ...wanted, sender: withoutNulls(wanted.sender) };
    return sendHtml(reply, settingsPage({ frame, settings: again, shown: shownIn(typed) }));
  });

  app.post('/console/settings', async (request, reply) => {
    const { api } = staffOf(request);
    const odd = [...switches, 'quiet'].some((name) => isOn(request.body, name) === undefined);
    if (odd) {
      const problem = { code: 'bad_request', message: 'a switch is neither on nor off' };
      return goTo(request, reply, '/console/settings', { problem });
    }
    const wanted = settingsOf(request.body);
    const shown = shownIn(request.body);
    const patch = changesOf(wanted, shown);
    const sent = await api.send('PATCH', '/settings', patch, cautionOf(request.body));
    if (sent.ok) return done(request, reply, '/console/settings', 'The settings are saved.');
    return (
      (await askFirst(request, reply, sent, '/console/settings')) ??
      refused(request, reply, '/console/settings', sent.problem)
    );
  });

  app.get('/console/health', async (request, reply) => {
    const { api, frame, zone, practice, settings } = await openDesk(request, reply);
    const statistics = await api.get<Statistics>('/statistics');
    const workflowUrl = dispatchWorkflowUrl(config, practice.id);
    const page = healthPage({
      frame,
      zone,
      practice,
      statistics,
      messagingEnabled: settings.messagingEnabled,
      ...(workflowUrl === undefined ? {} : { workflowUrl }),
    });
    return sendHtml(reply, page);
  });
  app.get('/console/health/reinstate', async (_request, reply) =>
    reply.redirect('/console/health', 303),
  );

  app.post('/console/health/reinstate', async (request, reply) => {
    const { api } = staffOf(request);
    const caution = cautionOf(request.body);
    const sent = await api.send('POST', '/practice/reinstatement', undefined, caution);
    if (sent.ok) return done(request, reply, '/console/health', 'Sending is on again.');
    return (
      (await askFirst(request, reply, sent, '/console/health')) ??
      refused(request, reply, '/console/health', sent.problem)
    );
  });

  app.get('/console/poster', async (request, reply) => {
    const { frame, practice, settings } = await openDesk(request, reply);
    const url = `${config.http.publicUrl}/book/${practice.id}`;
    const page = posterPage({
      frame,
      practice: displayName(settings, practice.name),
      code: renderSVG(url, { border: 2 }),
      url,
    });
    return sendHtml(reply, page);
  });
}

const words = [
  'gate',
  'onRevoke',
  'optInLead',
  'optInExpires',
  'identityCheck',
  'smsConsentVia',
  'emailContent',
  'timeZone',
  'defaultCountry',
] as const;
const switches = ['messagingEnabled', 'optInEnabled', 'confirmationSms', 'emailFooter'] as const;
const senders = [
  'displayName',
  'emailFrom',
  'replyTo',
  'smsFrom',
  'supportPhone',
  'postalAddress',
  'faxGateway',
] as const;

/**
 * A switch is on with its own value and off where it is absent; undefined: it says something else, so nothing at all.
 */
function isOn(body: unknown, name: string): boolean | undefined {
  if (isPressed(body, name, 'on')) return true;
  return typeof body === 'object' && body !== null && name in body ? undefined : false;
}

/** The whole form, as `PATCH /v1/settings` takes it; an empty field removes its value. */
function settingsOf(body: unknown): Wanted {
  const [url, version] = [textOf(body, 'privacyUrl'), textOf(body, 'privacyVersion')];
  return {
    ...Object.fromEntries(words.map((name) => [name, textOf(body, name)])),
    ...Object.fromEntries(switches.map((name) => [name, isOn(body, name)])),
    landingUrl: textOf(body, 'landingUrl') || null,
    privacyPolicy: url === '' && version === '' ? null : { url, version },
    quietHours: isOn(body, 'quiet')
      ? {
          from: textOf(body, 'quietFrom'),
          to: textOf(body, 'quietTo'),
          methods: listOf(body, 'quietMethods'),
          kinds: listOf(body, 'quietKinds'),
        }
      : null,
    sender: Object.fromEntries(senders.map((name) => [name, textOf(body, name) || null])),
  };
}

/** The same for the stored settings, as the form shows them. */
function shownOf(settings: Settings): Wanted {
  const { landingUrl, privacyPolicy, quietHours, sender } = settings;
  return {
    ...Object.fromEntries([...words, ...switches].map((name) => [name, settings[name]])),
    landingUrl,
    privacyPolicy,
    quietHours,
    // A field has one line: a line break that the browser removes is not staff's change.
    sender: Object.fromEntries(
      senders.map((name) => [name, sender[name] === undefined ? null : foldedLine(sender[name])]),
    ),
  };
}

type Wanted = { sender: Record<string, string | null>; [name: string]: unknown };

function changesOf(wanted: Wanted, shown: unknown): Partial<Wanted> {
  const { sender, ...rest } = wanted;
  const before = (shown ?? {}) as Partial<Wanted>;
  return {
    ...changedIn(rest, before),
    sender: changedIn(sender, before.sender) as Wanted['sender'],
  };
}
