import type { OptInPage } from '../answers/opt-in-answer.ts';
import { optInStatements } from '../domain/opt-in-text.ts';
import { Page } from './page.tsx';

/** What the person sees at `/o/{token}`. It never names them: whoever holds the phone may read it. */
export function optInPage(page: OptInPage): string {
  return String(render(page));
}

function render(page: OptInPage): JSX.Element {
  if (page.state === 'unknown')
    return (
      <Page title="This link does not work">
        <h1>This link does not work</h1>
        <p>
          It may have been cut off. Please open it again from the message, or call your practice.
        </p>
      </Page>
    );
  const { practice } = page;
  const channel = page.method === 'email' ? 'email' : 'text message';
  const questions = page.supportPhone ? <p safe>{`Questions? Call ${page.supportPhone}.`}</p> : '';
  switch (page.state) {
    case 'open':
      return (
        <Page title={`May ${practice} write to you?`}>
          <h1 safe>{`May ${practice} write to you by ${channel}?`}</h1>
          {optInStatements(practice).map((line) => (
            <p safe>{line}</p>
          ))}
          <form method="post">
            <button class="yes" type="submit" name="decision" value="accept">
              Yes, I agree
            </button>
            <button class="no" type="submit" name="decision" value="decline">
              No, do not write to me this way
            </button>
          </form>
          {questions}
        </Page>
      );
    case 'accepted':
      return (
        <Page title="Thank you">
          <h1>Thank you, you said yes</h1>
          <p
            safe
          >{`${practice} may write to you by ${channel}. You need to do nothing more here.`}</p>
          <p>You can stop at any time: use the link in any email, or reply STOP to any text.</p>
          {page.landingUrl ? (
            <p>
              <a href={page.landingUrl} safe>{`Go on to ${practice}`}</a>
            </p>
          ) : (
            ''
          )}
          {questions}
        </Page>
      );
    case 'declined':
      return (
        <Page title="You said no">
          <h1>You said no</h1>
          <p
            safe
          >{`${practice} will not write to you by ${channel}. You can change your mind here.`}</p>
          <form method="post">
            <button class="yes" type="submit" name="decision" value="accept">
              I changed my mind: yes, I agree
            </button>
          </form>
          {questions}
        </Page>
      );
    case 'revoked':
      return (
        <Page title="You asked us to stop">
          <h1>You asked us to stop</h1>
          <p
            safe
          >{`${practice} does not write to you by ${channel}. To hear from them again, please call them, or text START to their number.`}</p>
          {questions}
        </Page>
      );
    case 'expired':
      return (
        <Page title="This link has expired">
          <h1>This link has expired</h1>
          <p safe>{`Please ask ${practice} to send you a new one.`}</p>
          {questions}
        </Page>
      );
  }
}
