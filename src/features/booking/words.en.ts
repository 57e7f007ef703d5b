import type { BookingWords } from './words.ts';

export const english: BookingWords = {
  choosing: {
    title: (practice) => `How can ${practice} reach you?`,
    intro:
      'Choose how we can reach you, and read what you agree to. Then we send you a code, to be sure the address is yours.',
    name: 'Your name',
    methods: 'By email, by text, or both',
    method: { email: 'By email', sms: 'By text' },
    methodHint: {
      email: 'Reminders and other messages about your care.',
      sms: 'Message frequency varies. Msg & data rates may apply. Reply HELP for help, STOP to stop.',
    },
    address: { email: 'Email address', sms: 'Mobile number' },
    known: {
      email: (address) => `Leave it empty to use the one you gave before: ${address}`,
      sms: (ending) => `Leave it empty to use the one you gave before, ending in ${ending}.`,
    },
    read: 'What you agree to',
    policy: 'Privacy',
    agree: (practice) => `I have read the privacy policy of ${practice} and agree to it.`,
    agreeNotice: (practice) =>
      `I understand I can ask ${practice} for its Notice of Privacy Practices.`,
    open: 'Read the privacy policy',
    newTab: '(opens in a new tab)',
    button: 'I agree: send me a code',
    wrong: 'Something is still missing:',
    problems: {
      changed: 'This page has changed. Please read it again.',
      name: 'Enter your name.',
      birthDate: 'Enter your date of birth: month, day, and year.',
      methods: 'Choose at least one way.',
      email: 'Enter an email address like name@example.com.',
      sms: 'Enter a mobile number with its area code.',
      abroad: 'This page cannot text numbers in other countries. Choose email, or call us.',
      policy: 'Check the box about privacy. We need it to go on.',
    },
  },
  proving: {
    title: 'Enter your code',
    intro:
      'We sent a code of six digits to each address. It works for 10 minutes. You can keep this page open.',
    code: {
      email: (address) => `Code from the email to ${address}`,
      sms: (ending) => `Code from the text to the number ending in ${ending}`,
    },
    hint: 'Six digits',
    problems: {
      missing: 'Enter the code you received.',
      wrong: 'That is not the code. Check it, and use the newest one.',
      over: 'That code no longer works. Ask for a new one.',
    },
    button: 'Confirm',
    proven: { email: 'Email: confirmed.', sms: 'Texts: confirmed.' },
    late: 'Nothing came? It can take a few minutes. You can ask for only a few codes an hour.',
    again: { email: 'Send another code by email', sms: 'Send another code by text' },
    noMore: {
      email: (practice) => `No more codes can be sent by email. Please call ${practice}.`,
      sms: (practice) => `No more codes can be sent by text. Please call ${practice}.`,
    },
    finish: { email: 'Go on without email', sms: 'Go on without texts' },
    reopen: 'Change what I entered',
  },
  done: {
    title: 'Thank you!',
    agreed: {
      email: (practice) => `${practice} can email you.`,
      sms: (practice) => `${practice} can text you.`,
    },
    left: {
      email: 'Not by email: no address was confirmed here.',
      sms: 'Not by text: no number was confirmed here.',
    },
    policy: (practice, version) =>
      `You agreed to the privacy policy of ${practice}, version ${version}.`,
    notice: (practice) => `You can ask ${practice} for its Notice of Privacy Practices.`,
  },
  expired: {
    title: 'This page has expired',
    text: 'It was open too long, so nothing more can be confirmed here.',
    again: 'Start again',
    ask: (practice) => `Please start again where you booked, or call ${practice}.`,
  },
  closed: {
    title: 'This is not possible online right now',
    text: (practice) => `Please call ${practice}.`,
  },
  tooMany: {
    title: 'Please try again later',
    text: 'This page was used many times just now. Please try again in an hour, or call.',
  },
};
