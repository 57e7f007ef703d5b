import { expect } from 'vitest';
import type { Stack } from './stack.ts';

/** A browser without scripts: it keeps cookies and follows no redirect. */
export class Visitor {
  readonly #stack: Stack;
  readonly #cookies = new Map<string, string>();

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async open(path: string, form?: Record<string, string>, headers: Record<string, string> = {}) {
    const response = await fetch(`${this.#stack.url}${path}`, {
      redirect: 'manual',
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...headers,
      },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') this.#cookies.delete(name!);
      else this.#cookies.set(name!, value!);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
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

export async function signIn(stack: Stack, key = stack.apiKey): Promise<Visitor> {
  const visitor = new Visitor(stack);
  expect(await visitor.signIn(key)).toBe(303);
  return visitor;
}
