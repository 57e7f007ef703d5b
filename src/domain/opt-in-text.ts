import type { ConsentMethod } from './method.ts';

/**
 * What a person is asked. It names the practice and the risks, never the person or why they are seen: until they said
 * yes, a first name or an appointment is already too much (HIPAA, 45 CFR 164.312 and the 2013 Omnibus Rule).
 */

export type OptInValues = {
  practice: string;
  supportPhone?: string;
  postalAddress?: string;
  /** Where the email's button leads; SMS: where the full text can be read. */
  link: string;
  /** Only where a number is shared: the reply needs it to say whose yes it is. */
  code?: string;
};

export type OptInText = { version: string; subject?: string; text: string; html?: string };

/** Bump when a word changes: the ledger keeps which text a person said yes to. */
const version = 'default-en-1';

export function optInText(method: ConsentMethod, values: OptInValues): OptInText {
  return method === 'email' ? email(values) : sms(values);
}

/** The statements a person must have read before saying yes; the page and the email show the same ones. */
export function optInStatements(practice: string): string[] {
  return [
    `${practice} would like to send you messages about your care by email or text message.`,
    'These messages may contain health information. It is stored in the practice’s records system and sent over the public internet and telephone networks without encryption.',
    'Risks: unencrypted messages can be read by others, for example on a shared or lost device, by an email or phone provider, or when they are sent to a wrong address.',
    'You have the right to say no, to choose another way to be contacted, and to change your mind at any time. Your care does not depend on your answer.',
    'Your information is protected by law, in the United States by HIPAA; you may ask for the practice’s privacy notice.',
    'To stop later, use the link in any email or reply STOP to any text.',
  ];
}

function email(values: OptInValues): OptInText {
  const { practice, supportPhone, postalAddress, link } = values;
  const statements = optInStatements(practice);
  const contact = [
    supportPhone ? `Questions? Call ${supportPhone}.` : undefined,
    postalAddress,
  ].filter((line) => line !== undefined);
  return {
    version,
    subject: `${practice} asks for your permission to send you messages`,
    text: [
      ...statements,
      `To answer yes or no, open this page:\n${link}`,
      'If you did not expect this message, you can ignore it: nothing will be sent.',
      ...contact,
    ].join('\n\n'),
    html: [
      '<!doctype html><html lang="en"><body style="font-family:sans-serif;font-size:16px;line-height:1.5;max-width:36em">',
      ...statements.map((line) => `<p>${escape(line)}</p>`),
      `<p><a href="${escape(link)}" style="display:inline-block;padding:12px 20px;background:#0b5cad;color:#fff;text-decoration:none;border-radius:6px">Open the page to answer yes or no</a></p>`,
      `<p style="color:#444">If the button does not work, copy this address: ${escape(link)}</p>`,
      '<p style="color:#444">If you did not expect this message, you can ignore it: nothing will be sent.</p>',
      ...contact.map((line) => `<p style="color:#444">${escape(line)}</p>`),
      '</body></html>',
    ].join('\n'),
  };
}

function sms({ practice, link, code }: OptInValues): OptInText {
  const yes = code === undefined ? 'Reply YES to agree' : `Reply YES ${code} to agree`;
  return {
    version,
    text: `${practice}: may we text you about your care? Texts are not encrypted; others could read them. ${yes}, STOP to refuse. HELP for help. Msg & data rates may apply. Details: ${link}`,
  };
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
