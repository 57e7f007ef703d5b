import { Document } from './layout.tsx';
import { Csrf, Refused, type Problem } from './said.tsx';

/** `hint`: only the sandbox reveals its key. */
export function signInPage(props: {
  csrf: string;
  to: string;
  hint?: string;
  staff?: string;
  problem?: Problem;
}): string {
  const { csrf, to, hint, staff = '', problem } = props;
  return String(
    <Document title="Sign in · Optgate">
      <main id="main" class="narrow">
        <h1>Sign in</h1>
        {problem ? <Refused problem={problem} /> : ''}
        <form method="post" action="/console/sign-in" class="stack">
          <Csrf token={csrf} />
          <input type="hidden" name="to" value={to} />
          <label for="staff">Your name</label>
          <p class="hint" id="staff-hint">
            Your name is kept with every consent you record.
          </p>
          <input
            id="staff"
            name="staff"
            value={staff}
            maxlength={100}
            autocomplete="name"
            required
            aria-describedby="staff-hint"
          />
          <label for="key">The practice’s key</label>
          {hint === undefined ? (
            ''
          ) : (
            <p class="hint" id="key-hint" safe>
              {`This is the sandbox; its key is ${hint}.`}
            </p>
          )}
          <input
            id="key"
            name="key"
            type="password"
            maxlength={256}
            autocomplete="current-password"
            required
            {...(hint === undefined ? {} : { 'aria-describedby': 'key-hint' })}
          />
          <button class="main">Sign in</button>
        </form>
      </main>
    </Document>,
  );
}
