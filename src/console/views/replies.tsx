import type { Unanswered } from '../../core/answer-pace.ts';
import { Doubts, isDoubtful, saidIn, Wrote } from './doubts.tsx';
import {
  Console,
  Live,
  RepliesCount,
  Table,
  Time,
  type Frame,
  type ReplyCount,
} from './layout.tsx';
import { Csrf } from './said.tsx';
import type { Reply } from './shapes.ts';

/** The part that keeps itself up to date. */
export type Replies = { csrf: string; zone: string; open: Reply[]; handled: Reply[] };

export function repliesPage(frame: Frame, replies: Replies): string {
  return String(
    <Console title="Replies" frame={frame} here="/console/replies">
      <RepliesOf replies={replies} />
    </Console>,
  );
}

export function repliesList(replies: Replies): string {
  return String(<RepliesOf replies={replies} />);
}

export function repliesCount(replies: ReplyCount): string {
  return String(<RepliesCount replies={replies} />);
}

function RepliesOf({ replies }: { replies: Replies }): JSX.Element {
  const { handled, zone, csrf } = replies;
  const doubts = replies.open.filter(isDoubtful);
  const open = replies.open.filter((reply) => !isDoubtful(reply));
  return (
    <Live id="replies" from="/console/live/replies">
      {doubts.length === 0 ? (
        ''
      ) : (
        <>
          <h2 safe>{`May be a stop (${doubts.length})`}</h2>
          <Doubts replies={doubts} zone={zone} csrf={csrf} />
        </>
      )}
      <h2>Waiting for you</h2>
      {open.length === 0 ? (
        <p>No other replies are waiting.</p>
      ) : (
        <ReplyTable replies={open} zone={zone} csrf={csrf} caption="Replies that are waiting" />
      )}
      <h2>Done</h2>
      {handled.length === 0 ? (
        <p>None yet.</p>
      ) : (
        <ReplyTable replies={handled} zone={zone} csrf={csrf} caption="Replies that are done" />
      )}
    </Live>
  );
}

const columns = {
  from: 'From',
  words: 'What they wrote',
  meaning: 'What we did',
  action: 'Action',
};

function ReplyTable(props: {
  replies: Reply[];
  zone: string;
  csrf: string;
  caption: string;
}): JSX.Element {
  const { replies, zone, csrf, caption } = props;
  return (
    <Table caption={caption} columns={Object.values(columns)} cards>
      {replies.map((reply) => (
        <tr>
          <th scope="row">
            <Wrote reply={reply} zone={zone} />
          </th>
          <td class="words" data-label={columns.words}>
            <span safe>{saidIn(reply)}</span>
            {reply.mediaCount === undefined ? (
              ''
            ) : (
              <span class="why">They sent a picture. You can see it at your texting provider.</span>
            )}
          </td>
          <td data-label={columns.meaning}>
            <span safe>{meaningOf(reply)}</span>
            {reply.unanswered === undefined ? (
              ''
            ) : (
              <span class="why" safe>
                {unansweredWords[reply.unanswered]}
              </span>
            )}
            {reply.nextAppointmentAt === undefined ? (
              ''
            ) : (
              <span class="why">
                Next appointment: <Time iso={reply.nextAppointmentAt} zone={zone} />.
                {reply.meaning === 'stop' || reply.meaning === 'doubtful_stop'
                  ? ' They may want to cancel it.'
                  : ''}
              </span>
            )}
          </td>
          <td data-label={columns.action}>
            <form
              method="post"
              action={`/console/replies/${reply.id}/${reply.handledAt === undefined ? 'handled' : 'reopen'}`}
            >
              <Csrf token={csrf} />
              <button class="plain">
                {reply.handledAt === undefined ? 'Mark as done' : 'Open again'}
              </button>
            </form>
          </td>
        </tr>
      ))}
    </Table>
  );
}

const meanings: Record<string, string> = {
  yes: 'They said yes. It may not count: their page shows whether they agreed.',
  no: 'They said no. It may not count: their page shows what they agreed to.',
  stop: 'Counted as a stop: no more texts go to this number.',
  doubtful_stop: 'May be a stop: nothing is sent until it is settled.',
  start: 'They want texts again.',
  help: 'Asked for help.',
  reaction: 'A reaction on their phone. Nothing was changed.',
  automatic: 'An automatic answer. Nothing was changed.',
  unclear: 'Not understood. Nothing was changed.',
  booking: 'Online booking needs your attention.',
  locked: 'Wrong dates of birth: links are locked.',
};

/** Why we did not answer. */
const unansweredWords: Record<Unanswered, string> = {
  stopped_at_provider:
    'No answer sent: they texted STOP, so nothing reaches them until they text START.',
  said_today: 'No answer sent: they got the same one today.',
  unheeded: 'No answer sent: they got several today and did not act on them. It may be a machine.',
};

const settled = {
  stop: 'Settled as a stop',
  yes: 'Settled as a yes',
  nothing: 'Settled: no stop was meant',
} as const;

/** Replies that changed something at once are handled from the moment they come. */
const counted: Record<string, string> = { yes: 'Counted as a yes.', no: 'Counted as a no.' };

export function meaningOf(
  reply: Pick<
    Reply,
    'meaning' | 'doubtful' | 'resolvedAs' | 'resolvedBy' | 'receivedAt' | 'handledAt'
  >,
): string {
  const { meaning, doubtful, resolvedAs, resolvedBy, receivedAt, handledAt } = reply;
  if (resolvedAs !== undefined)
    return `${settled[resolvedAs]}${resolvedBy === undefined ? '' : ` by ${resolvedBy}`}.`;
  const known =
    (handledAt === receivedAt ? counted[meaning] : undefined) ??
    meanings[meaning] ??
    'Not understood. Nothing was changed.';
  return doubtful && meaning === 'stop' ? `${known} They may have meant something else.` : known;
}
