import { Page } from '../../platform/ui/page.tsx';

/** The page where an operator lets this browser read people's words in the Temporal UI. */
export function codecPage({ outcome }: { outcome?: 'refused' | 'opened' }): string {
  const title = 'Open messages in the Temporal UI';
  return String(
    <Page title={title}>
      <h1>{title}</h1>
      {outcome === 'opened' ? (
        <p role="status">
          For 8 hours, the Temporal UI in this browser shows what is sealed. Reload its page.
        </p>
      ) : (
        <>
          {outcome === 'refused' ? (
            <div class="wrong" role="alert" id="wrong" tabindex="-1" {...{ autofocus: true }}>
              <p>
                <a href="#key">That isn’t the admin key. Check it and try again.</a>
              </p>
            </div>
          ) : (
            ''
          )}
          <p>
            Histories hold messages of patients, sealed. With the admin key, this browser may read
            them for 8 hours.
          </p>
          <form method="post" action="/codec">
            <label for="key">Admin key</label>
            <input
              id="key"
              name="key"
              type="password"
              maxlength={256}
              autocomplete="off"
              required
              {...(outcome === 'refused' ? { 'aria-describedby': 'wrong' } : {})}
            />
            <button>Open</button>
          </form>
        </>
      )}
    </Page>,
  );
}
