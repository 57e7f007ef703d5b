import type { UnsubscribePage } from '../answers/unsubscribe.ts';
import { Page } from './page.tsx';

/** One button, nothing else to find (RFC 8058 asks for one click; people deserve the same). */
export function unsubscribePage(page: UnsubscribePage): string {
  return String(render(page));
}

function render(page: UnsubscribePage): JSX.Element {
  switch (page.state) {
    case 'unknown':
      return (
        <Page title="This link does not work">
          <h1>This link does not work</h1>
          <p>
            It may have been cut off. Please open it again from the message, or call your practice.
          </p>
        </Page>
      );
    case 'subscribed':
      return (
        <Page title="Stop emails?">
          <h1 safe>{`Stop emails from ${page.practice}?`}</h1>
          <form method="post">
            <button class="yes" type="submit">
              Stop these emails
            </button>
          </form>
        </Page>
      );
    case 'stopped':
      return (
        <Page title="Emails stopped">
          <h1>Emails stopped</h1>
          <p
            safe
          >{`${page.practice} will not send you emails any more. To hear from them again, please call them.`}</p>
        </Page>
      );
  }
}
