import { expect } from 'vitest';
import type { Stack } from './stack.ts';

/** A form's fields; several values where several boxes of one name are ticked. */
export type Form = Record<string, string | string[]>;

/** A browser without scripts: it keeps cookies and follows no redirect. */
export class Visitor {
  readonly #stack: Stack;
  readonly #cookies = new Map<string, string>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async open(path: string, form?: Form, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.#stack.url}${path}`, {
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      ...(form ? { method: 'POST', body: encoded(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') this.#cookies.delete(name!);
      else this.#cookies.set(name!, value!);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Sends a form and opens the page that it leads to, as a browser does. */
  async press(path: string, form: Form) {
    const { status, headers, text } = await this.open(path, form);
    const location = headers.get('location');
    return location === null
      ? { status, text, location }
      : { ...(await this.open(location)), location };
  }

  /** The form with this action, as a page of this visitor shows it. */
  async form(page: string, action: string): Promise<Form> {
    const { text } = await this.open(page);
    return formIn(text, action);
  }

  /** The token of a form on a page of this visitor. */
  async token(path = '/console'): Promise<string> {
    const { text } = await this.open(path);
    return /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
  }

  async signIn(key: string, staff = 'Eve'): Promise<number> {
    const csrf = await this.token('/console/sign-in');
    return (await this.open('/console/sign-in', { csrf, key, staff, to: '/console' })).status;
  }
}

/** What a browser would send of the form with this action, untouched. */
export function formIn(html: string, action: string): Form {
  const form = html.split('<form ').find((part) => part.includes(`action="${action}"`));
  expect(form).toBeDefined();
  const fields: Form = {};
  const add = (name: string, value: string): void => {
    const before = fields[name];
    fields[name] = before === undefined ? decoded(value) : [before, decoded(value)].flat();
  };
  const elements =
    /<input ([^>]*)>|<select name="([^"]+)"[^>]*>(.*?)<\/select>|<textarea [^>]*name="([^"]+)"[^>]*>(.*?)<\/textarea>/gs;
  for (const [, input, select, options, area, words] of form!
    .split('</form>')[0]!
    .matchAll(elements)) {
    if (select !== undefined) {
      const all = [...options!.matchAll(/<option value="([^"]*)"( selected)?/g)];
      add(select, (all.find(([, , selected]) => selected) ?? all[0])?.[1] ?? '');
    } else if (area !== undefined) add(area, words!);
    else {
      const name = /name="([^"]+)"/.exec(input!)?.[1];
      const off = input!.includes('type="checkbox"') && !/ checked/.test(input!);
      if (name !== undefined && !off) add(name, /value="([^"]*)"/.exec(input!)?.[1] ?? '');
    }
  }
  return fields;
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
    code === undefined ? (entities[name!] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

function encoded(form: Form): URLSearchParams {
  return new URLSearchParams(
    Object.entries(form).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  );
}

export async function signIn(stack: Stack, key = stack.apiKey): Promise<Visitor> {
  const visitor = new Visitor(stack);
  expect(await visitor.signIn(key)).toBe(303);
  return visitor;
}
