import { Console, Csrf, type Frame } from './layout.tsx';

/** Asks before something that cannot be taken back; the form's fields travel along. */
export function confirmPage(props: {
  frame: Frame;
  title: string;
  text: string;
  action: string;
  fields: Record<string, string | string[]>;
  button: string;
  back: string;
}): string {
  const { frame, title, text, action, fields, button, back } = props;
  return String(
    <Console title={title} frame={frame} here="/console">
      <p safe>{text}</p>
      <form method="post" action={action} class="stack">
        <Csrf token={frame.csrf} />
        {Object.entries(fields).flatMap(([name, values]) =>
          [values].flat().map((value) => <input type="hidden" name={name} value={value} />),
        )}
        <input type="hidden" name="confirmed" value="yes" />
        <button class="danger" safe>
          {button}
        </button>
        <a class="button" href={back}>
          No, go back
        </a>
      </form>
    </Console>,
  );
}
