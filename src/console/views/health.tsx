import { Console, Table, Time, timeIn, type Frame } from './layout.tsx';
import { Csrf } from './said.tsx';
import type { Statistics } from './shapes.ts';

export type HealthPage = {
  frame: Frame;
  zone: string;
  practice: { name: string; suspendedReason?: string; pausedReason?: string };
  messagingEnabled: boolean;
  statistics: Statistics;
  /** Its dispatcher in the Temporal UI. */
  workflowUrl?: string;
};

/** Whether the practice sends, and how the queue and the answers went. Each chart is a table too. */
export function healthPage(page: HealthPage): string {
  const { frame, practice, statistics, zone } = page;
  const { days, queue } = statistics;
  const sum = (type: keyof (typeof days)[number]['counts']): number =>
    days.reduce((total, { counts }) => total + counts[type], 0);
  return String(
    <Console
      title="Health"
      frame={frame}
      here="/console/health"
      scripts={['/console/assets/uplot.js', '/console/assets/charts.js']}
    >
      <Sending page={page} />
      <dl class="figures">
        <Figure name="Messages waiting now" value={queue.at(-1)?.queued ?? 0} />
        <Figure name="Asked in 30 days" value={sum('optin.sent')} />
        <Figure name="Agreed" value={sum('optin.accepted')} />
        <Figure name="Said no or stop" value={sum('optin.declined') + sum('optin.revoked')} />
        <Figure name="Emails and texts sent" value={sum('message.sent')} />
        <Figure name="Failed" value={sum('message.failed')} />
        <Figure name="Not certain to have arrived" value={sum('message.unknown')} />
      </dl>
      <h2>Messages that waited</h2>
      {queue.length > 1 ? (
        <div class="chart" data-chart="queue" aria-hidden="true" />
      ) : (
        <p>The first numbers are there in a few minutes.</p>
      )}
      <details>
        <summary>As a table</summary>
        <QueueTable queue={queue} zone={zone} />
      </details>
      <h2>Opt-ins, day by day</h2>
      <div class="chart" data-chart="days" aria-hidden="true" />
      <details>
        <summary>As a table</summary>
        <DayTable days={days} />
      </details>
      <script type="application/json" id="statistics">
        {JSON.stringify(chartsOf(statistics))}
      </script>
      {page.workflowUrl === undefined ? (
        ''
      ) : (
        <p>
          <a class="button" href={page.workflowUrl} rel="noreferrer">
            The practice’s dispatcher in Temporal
          </a>
        </p>
      )}
      <p class="quiet" safe>
        {practice.name}
      </p>
    </Console>,
  );
}

/** Numbers and days only: nothing in it can end the script element around it. */
function chartsOf({ days, queue }: Statistics) {
  const seconds = (iso: string): number => Math.round(Date.parse(iso) / 1_000);
  const perDay = (type: keyof (typeof days)[number]['counts']): number[] =>
    days.map(({ counts }) => counts[type]);
  return {
    queue: [queue.map(({ at }) => seconds(at)), queue.map(({ queued }) => queued)],
    days: [
      days.map(({ day }) => seconds(day)),
      perDay('optin.sent'),
      perDay('optin.accepted'),
      perDay('optin.declined').map((n, index) => n + perDay('optin.revoked')[index]!),
    ],
  };
}

function Sending({ page }: { page: HealthPage }): JSX.Element {
  const { practice, messagingEnabled, frame } = page;
  if (practice.suspendedReason !== undefined)
    return (
      <div class="refused">
        <p safe>{`Sending is suspended: ${practice.suspendedReason}. Fix the cause first.`}</p>
        <form method="post" action="/console/health/reinstate">
          <Csrf token={frame.csrf} />
          <button class="danger">Turn sending back on</button>
        </form>
      </div>
    );
  if (practice.pausedReason !== undefined)
    return (
      <p class="refused" safe>
        {`All sending is paused by the operators: ${practice.pausedReason}. Waiting messages are kept.`}
      </p>
    );
  if (!messagingEnabled)
    return (
      <p class="refused">
        Sending is switched off in the <a href="/console/settings">settings</a>. Waiting messages
        are kept.
      </p>
    );
  return <p class="said">Sending is on.</p>;
}

function Figure({ name, value }: { name: string; value: number }): JSX.Element {
  return (
    <div>
      <dt safe>{name}</dt>
      <dd>{String(value)}</dd>
    </div>
  );
}

/** One line a day: the last of its samples. */
function QueueTable({ queue, zone }: { queue: Statistics['queue']; zone: string }): JSX.Element {
  const lastOfDay = new Map(
    queue.map((one) => [timeIn(zone)(one.at).replace(/, [^,]*$/, ''), one]),
  );
  return (
    <Table caption="Messages that waited" columns={['When', 'Waiting']}>
      {[...lastOfDay.values()].map(({ at, queued }) => (
        <tr>
          <th scope="row">
            <Time iso={at} zone={zone} />
          </th>
          <td>{String(queued)}</td>
        </tr>
      ))}
    </Table>
  );
}

function DayTable({ days }: { days: Statistics['days'] }): JSX.Element {
  return (
    <Table caption="Opt-ins, day by day" columns={['Day', 'Asked', 'Yes', 'No', 'Stop']}>
      {days.map(({ day, counts }) => (
        <tr>
          <th scope="row" safe>
            {day}
          </th>
          <td>{String(counts['optin.sent'])}</td>
          <td>{String(counts['optin.accepted'])}</td>
          <td>{String(counts['optin.declined'])}</td>
          <td>{String(counts['optin.revoked'])}</td>
        </tr>
      ))}
    </Table>
  );
}
