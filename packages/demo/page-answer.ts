/**
 * Builds a person's answer on the opt-in page: the values that the page carries, and for a yes the ticked box. For the
 * programs here that play a person: demo, soak, benchmark and tests.
 */
export function answerOn(html: string, decision: 'accept' | 'decline'): Record<string, string> {
  const fields: Record<string, string> = { decision };
  for (const [, attributes] of html.matchAll(/<input ([^>]*)>/g)) {
    const attribute = (name: string): string | undefined =>
      new RegExp(`\\b${name}="([^"]*)"`).exec(attributes!)?.[1];
    const name = attribute('name');
    const isBox = decision === 'accept' && name === 'agree';
    if (name !== undefined && (isBox || attribute('type') === 'hidden'))
      fields[name] = attribute('value') ?? '';
  }
  return fields;
}

/** Opens the page and answers; the status of the answer. */
export async function answerPage(link: string, decision: 'accept' | 'decline'): Promise<number> {
  const page = await (await fetch(link)).text();
  const body = new URLSearchParams(answerOn(page, decision));
  const answer = await fetch(link, { method: 'POST', body });
  await answer.text();
  return answer.status;
}
